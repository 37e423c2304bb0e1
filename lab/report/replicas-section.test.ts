import { parseHTML } from 'linkedom'
import { expect, test } from 'vitest'
import { readRecorded } from '../../tests/fixtures/recorded.ts'
import type { LoadMeasurement, LoadPrediction } from '../load-figures.ts'
import type { Measurement } from '../measurement.ts'
import { replicasSection } from './replicas-section.ts'

const keyOf = (count: number) => ({
  experiment: 'replicas',
  condition: String(count),
  load: 'scenario-2',
  scenario: 2,
})

const predictionOf = (count: number): LoadPrediction => ({
  ...keyOf(count),
  completedPerSecond: 20 * count,
  simulatedPerSecond: { 'round-robin': 20 * count, random: 19.9 * count },
})

const answeredBy: Record<string, number>[] = [
  { '11ac4fec5435': 52, '80239261fa08': 48 },
  { '11ac4fec5435': 49, '4795e551b6b6': 51 },
]

const measured = {
  ...keyOf(2),
  figures: { completedPerSecond: { value: 39.5, interval: { low: 39, high: 40 } } },
  runs: 2,
  answeredBy,
} as unknown as LoadMeasurement

const measurement = {
  predictions: [1000, 2].map(predictionOf),
  measured: [measured],
} as Partial<Measurement> as Measurement

async function rowsOf(of: Measurement): Promise<string[]> {
  const { document } = parseHTML(`<main>${await replicasSection(of)}</main>`)
  return [...document.querySelectorAll('tbody tr')].map((row) =>
    (row.textContent ?? '').replaceAll(/\s+/g, ' ').trim(),
  )
}

test('a measured ceiling comes with its interval and who answered', async () => {
  const [row] = await rowsOf(measurement)
  expect(row).toContain('2 40/s 40/s 39.8/s at random 39.5/s (39/s to 40/s) 2 runs')
  expect(row).toContain('48.0 % to 52.0 %')
  expect(row).toContain('last run: 4795e551b6b6 51.0 %, 11ac4fec5435 49.0 %')
})

test('what was simulated only is marked as that', async () => {
  const [, row] = await rowsOf(measurement)
  expect(row).toBe('1000 20000/s 20000/s 19900/s at random not measured: simulated –')
})

test('the chart says which ceilings were measured', async () => {
  const section = String(await replicasSection(measurement))
  expect(section).toContain('2: predicted 40/s, measured 39.5/s')
  expect(section).toContain('1000: predicted 20000/s, simulated 20000/s')
})

test('other measurements have no such section', () => {
  const other = { predictions: [{ ...keyOf(2), medianMs: 2001 }], measured: [] }
  expect(replicasSection(other as Partial<Measurement> as Measurement)).toBeUndefined()
})

test('the recorded measurement shows five ceilings of both scenarios', async () => {
  const recorded = readRecorded().find(({ name }) => name === 'replicas')
  if (!recorded) throw new Error('No measurement of replicas is recorded')
  const rows = await rowsOf(recorded.measurement)
  expect(rows.map((row) => row.split(' ')[0])).toEqual([
    ...['1', '2', '4', '100', '1000'],
    ...['1', '2', '4', '100', '1000'],
  ])
  expect(rows[2]).toMatch(/^4 79\.8\/s 79\.8\/s 79\.8\/s at random 75\/s \(\S+ to \S+\) 7 runs/)
})
