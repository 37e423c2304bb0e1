import { expect, test } from 'vitest'
import type { LoadSample } from '../../formats/samples.ts'
import type { LoadSpec } from '../experiment.ts'
import type { RunResult } from '../measurement.ts'
import { completionRate, summarizeLoad } from './summarize-load.ts'

const spec: LoadSpec = {
  name: 'load',
  scenario: 2,
  arrivals: 'even',
  perSecond: 10,
  startSeconds: 0,
  seconds: 4,
  warmupSeconds: 1,
}
const key = { experiment: 'capacity', condition: 'above', load: 'load', scenario: 2 }

const sample = (dueMs: number, rest: Partial<LoadSample> = {}): LoadSample => ({
  id: 'id',
  load: 'load',
  dueMs,
  lateMs: 0,
  latencyMs: 100,
  phases: {},
  outcome: 'ok',
  ...rest,
})

const runOf = (samples: LoadSample[], repeat = 0): RunResult => ({
  id: `run-${repeat}`,
  experiment: 'capacity',
  condition: 'above',
  repeat,
  startedAt: '2026-01-01T00:00:00.000Z',
  samples,
  generator: { dropped: 0 },
  resources: [],
})

/** Ten requests per second, each of `latencyMs` after a slow first second. */
const steady = (latencyMs: number) =>
  Array.from({ length: 40 }, (_, n) => sample(n * 100, { latencyMs: n < 10 ? 5000 : latencyMs }))

test('the warm-up is not counted', () => {
  const { samples, medianMs, p95Ms } = summarizeLoad(key, spec, [runOf(steady(100))])
  expect([samples, medianMs.value, p95Ms.value]).toEqual([30, 100, 100])
})

test('six runs have an interval, five have none', () => {
  const runs = [100, 101, 102, 103, 104, 105].map((ms, n) => runOf(steady(ms), n))
  const { interval } = summarizeLoad(key, spec, runs).medianMs
  expect(interval?.low).toBeGreaterThanOrEqual(100)
  expect(interval?.high).toBeLessThanOrEqual(105)
  expect(summarizeLoad(key, spec, runs.slice(1)).medianMs.interval).toBeUndefined()
})

test('every run has a figure of its own', () => {
  const { runFigures } = summarizeLoad(key, spec, [runOf(steady(100)), runOf([], 1)])
  const { completedPerSecond, ...rest } = runFigures
  expect(rest).toEqual({ meanMs: [100], queueP95Ms: [0], refusedShare: [0] })
  expect(completedPerSecond.map(Math.round)).toEqual([10])
})

test('refusals are a share, other failures are counted', () => {
  const samples = steady(100).map((it, n) => (n % 2 === 0 ? { ...it, outcome: 'no_slot' } : it))
  const { refusedShare, failures } = summarizeLoad(key, spec, [runOf(samples)])
  expect([refusedShare.value, failures]).toEqual([0.5, { no_slot: 15 }])
})

test('the rate is that of answers between the first and the last', () => {
  expect(completionRate(steady(100), spec)).toBeCloseTo(10, 9)
})

test('a p99 needs 299 samples', () => {
  expect(summarizeLoad(key, spec, [runOf(steady(100))]).p99Ms).toBeUndefined()
  const ten = Array.from({ length: 10 }, (_, n) => runOf(steady(100), n))
  expect(summarizeLoad(key, spec, ten).p99Ms?.value).toBe(100)
})
