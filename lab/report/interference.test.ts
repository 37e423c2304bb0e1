import { expect, test } from 'vitest'
import type { LoadMeasurement, Measurement } from '../measurement.ts'
import { slowdown } from './interference.ts'

const load = (name: string, ms: number) =>
  ({ experiment: 'together', load: name, medianMs: { value: ms } }) as LoadMeasurement

const measurement = {
  measured: [load('scenario-3-with-none', 5), load('scenario-3-with-1', 12)],
} as Measurement

test('the slowdown is the median beside another over the median alone', () => {
  expect(slowdown(measurement, 3, [1])).toBe(2.4)
})

test('a pair that was not played has no slowdown', () => {
  expect(slowdown(measurement, 3, [4])).toBeUndefined()
})
