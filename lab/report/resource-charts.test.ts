import { expect, test } from 'vitest'
import { cpuShareOf, memoryOf } from './resource-charts.ts'

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
