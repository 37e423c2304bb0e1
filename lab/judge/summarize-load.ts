import { linearRegression, mean } from 'simple-statistics'
import type { DrawIndex } from '../../formats/random.ts'
import type { LoadSample } from '../../formats/samples.ts'
import { type Experiment, type LoadSpec, loadsOf } from '../experiment.ts'
import type { Estimate, LoadKey, LoadMeasurement, RunResult, RunSample } from '../measurement.ts'
import { median, quantile, type Run, samplesFor } from '../quantiles.ts'
import { bootstrapInterval, resample, resampleRuns } from './bootstrap.ts'
import { fewestRuns } from './compare.ts'
import { countAnswers, countNames } from './replica-shares.ts'

const repetitions = 400

/** The samples of a load in one run, without its warm-up. */
export const samplesOf = (run: RunResult, { name, warmupSeconds }: LoadSpec): RunSample[] =>
  run.samples.filter(({ load, dueMs }) => load === name && dueMs >= warmupSeconds * 1000)

export const isServed = ({ outcome }: LoadSample) => outcome === 'ok'

/** The latencies of the answers as designed, in milliseconds. */
export const latenciesOf = (samples: readonly LoadSample[]) =>
  samples.filter(isServed).map(({ latencyMs }) => latencyMs)

const waits = (samples: LoadSample[]) => samples.filter(isServed).map((it) => it.phases.queue ?? 0)

export const isFilled = ({ length }: readonly unknown[]) => length > 0
const p95 = (values: Run) => quantile(values, 0.95)

/** A statistic of values, with an interval if there is one for each of enough runs. */
function estimateBy<T>(
  values: readonly T[],
  statistic: (some: readonly T[]) => number,
  redraw: (values: readonly T[], draw: DrawIndex) => readonly T[],
): Estimate {
  if (values.length === 0) return { value: Number.NaN }
  const value = statistic(values)
  if (values.length < fewestRuns) return { value }
  const drawn = (draw: DrawIndex) => statistic(redraw(values, draw))
  return { value, interval: bootstrapInterval(drawn, { repetitions }) }
}

/** A statistic of all requests of all runs, whose interval draws runs first, requests within. */
const estimate = (runs: Run[], statistic: (values: Run) => number): Estimate =>
  estimateBy(runs.filter(isFilled), (some) => statistic(some.flat()), resampleRuns)

/** The median of one value per run. */
const estimateOfRuns = (values: Run): Estimate =>
  estimateBy(values.filter(Number.isFinite), median, resample)

/**
 * Answers as designed per second, of those that came after the warm-up and before the end of the
 * load: the slope of their number over time, by least squares. Full slots end in bursts, so that a
 * count between two points in time depends on where these lie.
 */
export function completionRate(samples: LoadSample[], { warmupSeconds, seconds }: LoadSpec) {
  const ends = samples
    .filter(isServed)
    .map(({ dueMs, latencyMs }) => dueMs + latencyMs)
    .filter((endMs) => endMs >= warmupSeconds * 1000 && endMs <= seconds * 1000)
    .sort((a, b) => a - b)
  if (ends.length < 2 || ends[0] === ends.at(-1)) return Number.NaN
  return linearRegression(ends.map((endMs, count) => [endMs / 1000, count])).m
}

const refusals = ['no_slot', 'unavailable', 'event_loop_busy']

const shareRefused = (samples: LoadSample[]) =>
  samples.filter(({ outcome }) => refusals.includes(outcome)).length / samples.length

/** The figures of one load, over the runs of its condition. */
export function summarizeLoad(key: LoadKey, spec: LoadSpec, runs: RunResult[]): LoadMeasurement {
  const perRun = runs.map((run) => samplesOf(run, spec))
  const served = perRun.map(latenciesOf)
  const all = served.flat()
  const failed = perRun.flat().filter((sample) => !isServed(sample))
  const completions = runs.map((run) =>
    completionRate(
      run.samples.filter(({ load }) => load === spec.name),
      spec,
    ),
  )
  const runFigures = {
    meanMs: served.filter(isFilled).map((values) => mean(values)),
    queueP95Ms: perRun.map(waits).filter(isFilled).map(p95),
    completedPerSecond: completions.filter(Number.isFinite),
    refusedShare: perRun.filter(isFilled).map(shareRefused),
  }
  return {
    ...key,
    arrivals: spec.arrivals,
    perSecond: spec.arrivals === 'closed' ? undefined : spec.perSecond,
    warmupSeconds: spec.warmupSeconds,
    samples: perRun.flat().length,
    medianMs: estimate(served, median),
    meanMs: estimate(served, (values) => mean([...values])),
    p95Ms: estimate(served, p95),
    p99Ms: all.length < samplesFor(0.99) ? undefined : estimate(served, (v) => quantile(v, 0.99)),
    queueP95Ms: estimate(perRun.map(waits), p95),
    completedPerSecond: estimateOfRuns(completions),
    refusedShare: estimateOfRuns(runFigures.refusedShare),
    runMedians: served.filter(isFilled).map(median),
    runFigures,
    failures: countNames(failed.map(({ outcome }) => outcome)),
    answeredBy: perRun.map((samples, index) => countAnswers(samples, runs[index]?.replicas ?? [])),
  }
}

/** The runs of a load's condition, in the order of the repeats. */
export const runsOf = (runs: readonly RunResult[], { experiment, condition }: LoadKey) =>
  runs
    .filter((run) => run.experiment === experiment && run.condition === condition)
    .sort((a, b) => a.repeat - b.repeat)

/** The figures of every load that was played at least once. */
export const summarizeLoads = (
  experiments: readonly Experiment[],
  runs: readonly RunResult[],
): LoadMeasurement[] =>
  experiments.flatMap(loadsOf).flatMap(({ key, spec }) => {
    const made = runsOf(runs, key)
    return made.length > 0 ? [summarizeLoad(key, spec, made)] : []
  })
