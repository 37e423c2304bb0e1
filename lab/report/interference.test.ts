import { parseHTML } from 'linkedom'
import { expect, test } from 'vitest'
import { inStarts } from '../../tests/in-starts.ts'
import type { LoadMeasurement, RunValues } from '../load-figures.ts'
import type { Measurement } from '../measurement.ts'
import { colorOf, interferenceTable, slowdownOf } from './interference.ts'

const load = (name: string, medianMs: RunValues) =>
  ({
    ...{ experiment: 'together', load: name, runs: 6, starts: 3 },
    figures: { medianMs: { value: 5 } },
    runFigures: { medianMs },
  }) as unknown as LoadMeasurement

const alone = load('scenario-3-with-none', inStarts([4, 5, 5, 10, 5, 5], 2))

const measurement = {
  measured: [
    alone,
    load('scenario-3-with-1', inStarts([8, 10, 10, 20, 10, 10], 2)),
    load('scenario-3-with-2', inStarts([4, 10, 3, 10, 5, 5], 2)),
    load('scenario-3-with-4', [[8, 10], [null, 20], [10]]),
  ],
} as Partial<Measurement> as Measurement

test('a slowdown compares both loads in the same run', () => {
  expect(slowdownOf(measurement, 3, [1])?.flat()).toEqual([2, 2, 2, 2, 2, 2])
})

test('a pair that was not played has no slowdown', () => {
  expect(slowdownOf(measurement, 3, [5])).toBeUndefined()
})

function cellBeside(other: number) {
  const { document } = parseHTML(`<main>${interferenceTable(measurement)}</main>`)
  const cell = document.querySelectorAll('tbody tr')[2]?.querySelectorAll('td')[other - 1]
  return { style: cell?.getAttribute('style'), text: cell?.textContent?.replaceAll(/\s+/g, ' ') }
}

test('a slowdown whose whole interval is above 1 has color', () => {
  expect(cellBeside(1)).toEqual({ style: '--share:28%', text: '2.0× 2.0 to 2.0' })
})

test('a slowdown whose interval includes 1 has no color', () => {
  expect(cellBeside(2).style).toBe('--share:0%')
  expect(cellBeside(2).text).toMatch(/^1\.00× 0\.\d+ to \d/)
})

test('fewer runs than elsewhere are counted, and have no interval', () => {
  expect(cellBeside(4)).toEqual({ style: '--share:0%', text: '2.0× no interval4 runs' })
})

test('three times as slow has the strongest color', () => {
  const estimate = (value: number) => ({ value, interval: { low: 1.1, high: 40 } })
  expect([3, 30].map((value) => colorOf(estimate(value)))).toEqual([45, 45])
})
