import { expect, test } from 'vitest'
import type { LoadSample } from '../../formats/samples.ts'
import { inStarts } from '../../tests/in-starts.ts'
import { loadSample, runResult } from '../../tests/load-sample.ts'
import type { LoadSpec } from '../experiment.ts'
import type { LoadMeasurement, RunValues } from '../load-figures.ts'
import { completionRate } from './little.ts'
import { summarizeLoad, widenByStarts } from './summarize-load.ts'

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

const sample = (dueMs: number, rest: Partial<LoadSample> = {}) =>
  loadSample({ dueMs, latencyMs: 100, ...rest })

const runOf = (samples: LoadSample[], repeat = 0) => runResult(repeat, { ...key, samples })

/** Ten requests per second, each of `latencyMs` after a slow first second. */
const steady = (latencyMs: number) =>
  Array.from({ length: 40 }, (_, n) => sample(n * 100, { latencyMs: n < 10 ? 5000 : latencyMs }))

test('the warm-up is not counted', () => {
  const { samples, figures } = summarizeLoad(key, spec, [runOf(steady(100))])
  expect([samples, figures.medianMs.value]).toEqual([30, 100])
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

test.each([
  ['p95Ms', 2, 30],
  ['p99Ms', 2, 150],
  ['p95Ms', 9, 20],
  ['p99Ms', 9, 100],
] as const)('%s of %d runs needs %d requests in each', (figure, runs, needed) => {
  const figureOf = (requests: number) => {
    const all = Array.from({ length: runs }, (_, n) => runOf(counted(requests), n))
    return summarizeLoad(key, spec, all).figures[figure].value
  }
  expect([figureOf(needed - 1), figureOf(needed)]).toEqual([Number.NaN, 100])
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

const load = (medianMs: RunValues) =>
  ({ runFigures: { medianMs, p95Ms: medianMs } }) as unknown as LoadMeasurement

const equal = inStarts([98, 100, 102, 101, 99, 100, 98, 102, 101, 99, 103, 98], 4)
const apart = equal.map((start, n) => start.map((value) => value + 3 * n))

const widthOf = ({ figures }: LoadMeasurement, name: 'medianMs' | 'p95Ms' = 'medianMs') => {
  const { low = 0, high = 0 } = figures[name].interval ?? {}
  return high - low
}

test('starts of other loads that differ widen the intervals of a load', () => {
  const [alone] = widenByStarts([equal, equal, equal, equal].map(load)) as [LoadMeasurement]
  const [, beside] = widenByStarts([apart, equal, apart, apart].map(load))
  expect(beside && widthOf(beside)).toBeGreaterThan(1.1 * widthOf(alone))
  expect(beside && widthOf(beside, 'p95Ms')).toBeGreaterThan(1.1 * widthOf(alone, 'p95Ms'))
})

test('a load without a median has the ratios of the others', () => {
  const [none, other] = widenByStarts([[[null]], equal].map(load))
  expect(none?.startRatios).toHaveLength(20)
  expect(other?.startRatios).toHaveLength(20)
})

test('one start has nothing to widen by', () => {
  const [only] = widenByStarts([load([[1, 2, 3, 4, 5, 6]])])
  expect(only?.startRatios).toEqual([0])
})
