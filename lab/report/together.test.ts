import { expect, test } from 'vitest'
import type { LoadMeasurement, Measurement } from '../measurement.ts'
import { cpuShareOf, memoryOf, slowdown } from './together.ts'

const points = [
  { of: 'user' as const, atMs: 0, cpuMs: 100, memoryBytes: 50_000_000 },
  { of: 'user' as const, atMs: 1000, cpuMs: 350, memoryBytes: 60_000_000 },
]

test('the CPU share is time on a core over time', () => {
  expect(cpuShareOf(points)).toEqual([{ seconds: 1, value: 25 }])
})

test('memory is in megabytes', () => {
  expect(memoryOf(points).map(({ value }) => value)).toEqual([50, 60])
})

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
