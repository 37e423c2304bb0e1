import { expect, test } from 'vitest'
import type { LoadSample } from '../../formats/samples.ts'
import type { LoadSpec } from '../experiment.ts'
import type { RunResult } from '../measurement.ts'
import { completionRate } from './little.ts'
import { summarizeLoad } from './summarize-load.ts'

const spec: LoadSpec = {
  name: 'load',
  scenario: 2,
  arrivals: 'even',
  perSecond: 10,
  startSeconds: 0,
  seconds: 4,
  warmupSeconds: 1,
  restSeconds: 0,
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
  start: Math.floor(repeat / 2),
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
  const { samples, figures } = summarizeLoad(key, spec, [runOf(steady(100))])
  expect([samples, figures.medianMs.value]).toEqual([30, 100])
})

test('six runs have an interval, five have none', () => {
  const runs = [100, 101, 102, 103, 104, 105].map((ms, n) => runOf(steady(ms), n))
  const { interval } = summarizeLoad(key, spec, runs).figures.medianMs
  expect(interval?.low).toBeGreaterThanOrEqual(100)
  expect(interval?.high).toBeLessThanOrEqual(105)
  const { figures } = summarizeLoad(key, spec, runs.slice(1))
  expect(figures.medianMs.interval).toBeUndefined()
})

test('every run has a figure of its own, by start', () => {
  const runs = [runOf(steady(100)), runOf(steady(102), 1), runOf([], 2)]
  const { runFigures, starts } = summarizeLoad(key, spec, runs)
  expect(runFigures.medianMs).toEqual([[100, 102], [null]])
  expect(starts).toBe(2)
})

test('a run that does not count is named, and has no figure', () => {
  const excluded = { ...runOf(steady(900), 1), excluded: 'k6 waited for a core' }
  const summary = summarizeLoad(key, spec, [runOf(steady(100)), excluded])
  expect(summary.runFigures.medianMs).toEqual([[100, null]])
  expect([summary.runs, summary.excluded]).toEqual([1, ['run-1: k6 waited for a core']])
})

test('refusals are a share, other failures are counted', () => {
  const samples = steady(100).map((it, n) => (n % 2 === 0 ? { ...it, outcome: 'no_slot' } : it))
  const { figures, failures } = summarizeLoad(key, spec, [runOf(samples)])
  expect([figures.refusedShare.value, failures]).toEqual([0.5, { no_slot: 15 }])
})

test('the rate is that of answers between the first and the last', () => {
  expect(completionRate(steady(100), spec)).toBeCloseTo(10, 9)
})

/** Ten requests per second, for so many of them after the warm-up. */
const counted = (count: number) => Array.from({ length: count }, (_, n) => sample(1000 + n))

const figuresOf = (runs: number, requests: number) =>
  summarizeLoad(
    key,
    spec,
    Array.from({ length: runs }, (_, n) => runOf(counted(requests), n)),
  ).figures

test('a p95 needs 59 samples, and a p99 299', () => {
  expect([figuresOf(2, 29), figuresOf(2, 30)].map(({ p95Ms }) => p95Ms.value)).toEqual([
    Number.NaN,
    100,
  ])
  expect([figuresOf(2, 149), figuresOf(2, 150)].map(({ p99Ms }) => p99Ms.value)).toEqual([
    Number.NaN,
    100,
  ])
})

test('a run has a p95 from 20 samples, and a p99 from 100', () => {
  expect([figuresOf(9, 19), figuresOf(9, 20)].map(({ p95Ms }) => p95Ms.value)).toEqual([
    Number.NaN,
    100,
  ])
  expect([figuresOf(9, 99), figuresOf(9, 100)].map(({ p99Ms }) => p99Ms.value)).toEqual([
    Number.NaN,
    100,
  ])
})

test('requests that wait for the end of the load break the law of Little', () => {
  const starving = steady(100).map((it, n) => (n > 10 && n % 8 === 0 ? { ...it, dueMs: 900 } : it))
  const left = starving.map((it) => (it.dueMs === 900 ? { ...it, latencyMs: 3000 } : it))
  const ratioOf = (samples: LoadSample[]) =>
    summarizeLoad(key, spec, [runOf(samples)]).little?.ratio
  const even = Array.from({ length: 40 }, (_, n) => sample(n * 100))
  expect(ratioOf(even)).toBeCloseTo(1, 1)
  expect(ratioOf(left)).toBeGreaterThan(1.5)
})
