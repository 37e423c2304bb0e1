import { expect, test } from 'vitest'
import type { LoadSample } from '../../formats/samples.ts'
import { loadSample } from '../../tests/load-sample.ts'
import { averagePercentiles, compareLoops, comparePair, keepWarmup, omitWaits } from './mistakes.ts'
import { countErrors, mixedQuantile, studyMix } from './study-mix.ts'

const times = (count: number, given: (index: number) => Partial<LoadSample>) =>
  Array.from({ length: count }, (_, index) => loadSample(given(index)))

const waitsMs = { 1: 500, 2: 2000, 3: 6, 4: 10_000, 5: 12, 6: 1 }
const latencies = new Map(
  Object.entries(waitsMs).map(([scenario, ms]) => [Number(scenario), [ms, ms, ms]]),
)

test('a mixed percentile falls from one kind of request to another', () => {
  // 7.9 % of the first mix wait by design, 2.4 % of the second one.
  const mixes = [50, 200].map((clicksPerSecond) => ({ ...studyMix, clicksPerSecond }))
  expect(mixes.map((mix) => mixedQuantile(latencies, mix, 0.95))).toEqual([500, 6])
})

test('intended 400s alone are 4.3 % errors of the default load', () => {
  const samples = new Map([1, 2, 3, 4, 5, 6].map((scenario) => [scenario, [loadSample()]]))
  const { right, wrong } = countErrors(samples, studyMix)
  expect(right).toBe(0)
  // 5 of 3.33 + 1.67 + 5 + 0.17 + 5 + 100 requests per second.
  expect(wrong).toBeCloseTo(5 / 115.17, 4)
})

test('real failures are errors in both counts', () => {
  const samples = new Map([1, 2, 3, 4, 5].map((scenario) => [scenario, [loadSample()]]))
  samples.set(6, [loadSample(), loadSample({ outcome: 'status' })])
  const { right, wrong } = countErrors(samples, studyMix)
  expect(right).toBeCloseTo(50 / 115.17, 4)
  expect(wrong).toBeCloseTo(55 / 115.17, 4)
})

test('a closed loop hides what open arrivals show', () => {
  const open = times(4, (index) => ({ outcome: index === 0 ? 'no_slot' : 'ok', latencyMs: 40 }))
  const closed = times(4, () => ({ latencyMs: 30 }))
  expect(compareLoops(open, closed)).toEqual({
    right: { refused: 0.25, p95Ms: 40 },
    wrong: { refused: 0, p95Ms: 30 },
  })
})

test('a warm-up that is counted dilutes the refusals', () => {
  const samples = times(4, (index) => ({
    dueMs: index * 1000,
    outcome: index < 2 ? 'ok' : 'no_slot',
  }))
  expect(keepWarmup(samples, 2)).toEqual({ right: 1, wrong: 0.5 })
})

test('an average of percentiles gives a bad second too little weight', () => {
  const calm = times(10, () => ({ dueMs: 100, latencyMs: 10 }))
  const bad = times(90, () => ({ dueMs: 1100, latencyMs: 110 }))
  expect(averagePercentiles([[...calm, ...bad]])).toEqual({ right: 110, wrong: 60 })
})

test('two runs differ by the ratio of the extreme medians', () => {
  expect(comparePair([[10], [11], [12]])).toBeCloseTo(0.2)
})

test('a client that waits counts neither the queue nor its lateness', () => {
  const samples = times(5, () => ({ latencyMs: 300, lateMs: 20, phases: { queue: 80 } }))
  expect(omitWaits(samples)).toEqual({ right: 300, wrong: 200 })
})
