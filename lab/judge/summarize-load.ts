/** The figures of a load: each of its runs has them, and the load has the median over its runs. */
import { mean, sum } from 'simple-statistics'
import type { LoadSample } from '../../formats/samples.ts'
import { type Experiment, type LoadSpec, loadsOf } from '../experiment.ts'
import type { Figure, LoadAccount, LoadKey, LoadMeasurement, RunValues } from '../load-figures.ts'
import type { RunResult, RunSample } from '../measurement.ts'
import { quantile, quantiles, type Run, samplesFor } from '../quantiles.ts'
import { estimateFigures } from './estimate.ts'
import { checkLittle, completionRate } from './little.ts'
import { countAnswers, countNames } from './replica-shares.ts'
import { logSpreadOf } from './spread.ts'
import { noEffect, startEffects } from './start-effect.ts'
import { figures } from './units.ts'

/** The samples of a load in one run, without its warm-up. */
export const samplesOf = (run: RunResult, { name, warmupSeconds }: LoadSpec): RunSample[] =>
  run.samples.filter(({ load, dueMs }) => load === name && dueMs >= warmupSeconds * 1000)

export const isServed = ({ outcome }: LoadSample) => outcome === 'ok'

/** The latencies of the answers as designed, in milliseconds. */
export const latenciesOf = (samples: readonly LoadSample[]) =>
  samples.filter(isServed).map(({ latencyMs }) => latencyMs)

export const isFilled = ({ length }: readonly unknown[]) => length > 0

const refusals = ['no_slot', 'unavailable', 'event_loop_busy']

const shareRefused = (samples: LoadSample[]) =>
  samples.filter(({ outcome }) => refusals.includes(outcome)).length / samples.length

/** So many samples that one is expected beyond the quantile: 20 for p95. */
const fewestFor = (p: number) => (p > 0.5 ? Math.round(1 / (1 - p)) : 1)

/** The figures of one run; NaN where it has none. */
function figuresOfRun(run: RunResult, spec: LoadSpec): Record<Figure, number> {
  const samples = samplesOf(run, spec)
  const latencies = latenciesOf(samples)
  const waits = samples.filter(isServed).map(({ phases }) => phases.queue ?? 0)
  const known = (values: Run, p: number, ms: number) =>
    values.length >= fewestFor(p) ? ms : Number.NaN
  const [p50, p95, p99] = quantiles(latencies, [0.5, 0.95, 0.99])
  const all = run.samples.filter(({ load }) => load === spec.name)
  return {
    medianMs: p50,
    meanMs: isFilled(latencies) ? mean(latencies) : Number.NaN,
    p95Ms: known(latencies, 0.95, p95),
    p99Ms: known(latencies, 0.99, p99),
    queueP95Ms: known(waits, 0.95, quantile(waits, 0.95)),
    completedPerSecond: completionRate(all, spec),
    refusedShare: isFilled(samples) ? shareRefused(samples) : Number.NaN,
  }
}

/** How many samples all runs together must have for a figure. */
const samplesNeeded: Partial<Record<Figure, number>> = {
  p95Ms: samplesFor(0.95),
  p99Ms: samplesFor(0.99),
  queueP95Ms: samplesFor(0.95),
}

/** One value per run, by start; a run without requests, or that does not count, has none. */
function valuesByStart(runs: readonly RunResult[], read: (run: RunResult) => number): RunValues {
  const starts = Map.groupBy(runs, ({ start }) => start)
  return [...starts.values()].map((some) =>
    some.map((run) => {
      const value = read(run)
      return Number.isFinite(value) ? value : null
    }),
  )
}

/** Of all runs; how late, of the run that was latest. */
function addUp(accounts: readonly LoadAccount[]): LoadAccount | undefined {
  if (accounts.length === 0) return undefined
  const valuesOf = (name: keyof LoadAccount) => accounts.map((account) => account[name])
  const total = (name: keyof LoadAccount) => sum(valuesOf(name))
  return {
    ...{ due: total('due'), sent: total('sent'), dropped: total('dropped') },
    ...{ leftOut: total('leftOut'), late: total('late'), unanswered: total('unanswered') },
    lateP95Ms: Math.max(...valuesOf('lateP95Ms')),
    lateMaxMs: Math.max(...valuesOf('lateMaxMs')),
  }
}

/**
 * The figures of one load, over the runs of its condition that count. Intervals are those of equal
 * starts: one load says little about these.
 */
export function summarizeLoad(
  key: LoadKey,
  spec: LoadSpec,
  all: readonly RunResult[],
): LoadMeasurement {
  const runs = all.filter(({ excluded }) => excluded === undefined)
  const byRun = new Map(runs.map((run) => [run, figuresOfRun(run, spec)]))
  const samples = runs.flatMap((run) => samplesOf(run, spec))
  const accounts = runs.flatMap(({ generator }) => generator.loads?.[spec.name] ?? [])
  const runFigures = Object.fromEntries(
    figures.map((name) => [
      name,
      samples.length < (samplesNeeded[name] ?? 0)
        ? []
        : valuesByStart(all, (run) => byRun.get(run)?.[name] ?? Number.NaN),
    ]),
  ) as LoadMeasurement['runFigures']
  return {
    ...key,
    arrivals: spec.arrivals,
    perSecond: spec.arrivals === 'closed' ? undefined : spec.perSecond,
    seconds: spec.seconds,
    warmupSeconds: spec.warmupSeconds,
    runs: runs.length,
    starts: new Set(runs.map(({ start }) => start)).size,
    startRatios: [0],
    samples: samples.length,
    account: addUp(accounts),
    excluded: all.flatMap(({ id, excluded }) => (excluded ? [`${id}: ${excluded}`] : [])),
    little: checkLittle(
      runs.map((run) => run.samples.filter(({ load }) => load === spec.name)),
      spec,
    ),
    figures: estimateFigures(runFigures),
    runFigures,
    failures: countNames(samples.filter((it) => !isServed(it)).map(({ outcome }) => outcome)),
    answeredBy: runs.map((run) => countAnswers(samplesOf(run, spec), run.replicas ?? [])),
  }
}

/** The runs of a load's condition, in the order of the repeats. */
export const runsOf = (runs: readonly RunResult[], { experiment, condition }: LoadKey) =>
  runs
    .filter((run) => run.experiment === experiment && run.condition === condition)
    .sort((a, b) => a.repeat - b.repeat)

/** Widens the intervals of loads of the same starts by how much the medians of these differ. */
export function widenByStarts(loads: readonly LoadMeasurement[]): LoadMeasurement[] {
  const effects = startEffects(loads.map(({ runFigures }) => logSpreadOf(runFigures.medianMs)))
  return loads.map((load, place) => {
    const startRatios = (effects[place] ?? noEffect).map((ratio) => Number(ratio.toPrecision(3)))
    return { ...load, startRatios, figures: estimateFigures(load.runFigures, startRatios) }
  })
}

/** The figures of every load that was played at least once. */
export const summarizeLoads = (
  experiments: readonly Experiment[],
  runs: readonly RunResult[],
): LoadMeasurement[] =>
  experiments.flatMap((experiment) =>
    widenByStarts(
      loadsOf(experiment).flatMap(({ key, spec }) => {
        const made = runsOf(runs, key)
        return made.length > 0 ? [summarizeLoad(key, spec, made)] : []
      }),
    ),
  )
