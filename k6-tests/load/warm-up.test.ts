import { expect, test } from 'vitest'
import { scenarioOf } from './scenarios.ts'
import { warmupMsOf, warmupSecondsOf } from './warm-up.ts'

test.each([
  [undefined, 0],
  [5, 0],
  [12, 2],
  [30, 5],
  [120, 5],
])('a load of %s s warms up for %i s', (seconds, warmup) => {
  expect(warmupSecondsOf(seconds)).toBe(warmup)
})

test('WARMUP says how long a load warms up', () => {
  expect(warmupSecondsOf(30, { WARMUP: '0s' })).toBe(0)
  expect(warmupSecondsOf(undefined, { WARMUP: '2s' })).toBe(2)
  expect(() => warmupSecondsOf(30, { WARMUP: '30s' })).toThrow('nothing would be counted')
  expect(() => warmupSecondsOf(30, { WARMUP: 'long' })).toThrow('WARMUP')
})

test('a scenario that takes longer than the warm-up has none', () => {
  const warmUp = { warmupSeconds: 5, settings: {} }
  expect([2, 4].map((number) => warmupMsOf(scenarioOf(number), warmUp))).toEqual([5000, 0])
  const fast = { ...warmUp, settings: { report: { REPORT_CPU_SECONDS: 1 } } }
  expect(warmupMsOf(scenarioOf(4), fast)).toBe(5000)
})
