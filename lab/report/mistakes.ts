/** Well-known mistakes in the analysis of a load, each as a figure beside the right one. */
import type { LoadSample } from '../../formats/samples.ts'
import { scenarios } from '../../model/scenarios.ts'
import { isServed, latenciesOf } from '../judge/summarize-load.ts'
import type { Measurement, RunResult } from '../measurement.ts'
import { median, quantile, type Run } from '../quantiles.ts'

/** A headline figure, and the sentence that it would come with. */
export type Headline = { figure: string; sentence: string }

/** A mistake, made with the samples of a measurement. */
export type MistakeCard = {
  id: string
  title: string
  right: Headline
  wrong: Headline
  /** Why the figure changes. */
  why: string
  /** The samples that it was computed from. */
  from: string
}

/** Makes a mistake; `undefined` if its loads were not played. */
export type BuildCard = (source: SampleSource) => MistakeCard | undefined

/** A figure, done right and done wrong. */
export type Figures<T = number> = { right: T; wrong: T }

const p95 = (values: Run) => quantile(values, 0.95)

const shareRefused = (samples: readonly LoadSample[]): number =>
  samples.filter((sample) => !isServed(sample)).length / samples.length

/**
 * A closed loop instead of open arrivals: refusals and the 95th percentile of the same overload.
 */
export const compareLoops = (
  open: readonly LoadSample[],
  closed: readonly LoadSample[],
): Figures<{ refused: number; p95Ms: number }> => {
  const describe = (samples: readonly LoadSample[]) => ({
    refused: shareRefused(samples),
    p95Ms: p95(latenciesOf(samples)),
  })
  return { right: describe(open), wrong: describe(closed) }
}

/** No warm-up cut: the share of refused requests. */
export const keepWarmup = (samples: readonly LoadSample[], warmupSeconds: number): Figures => ({
  right: shareRefused(samples.filter(({ dueMs }) => dueMs >= warmupSeconds * 1000)),
  wrong: shareRefused(samples),
})

/** An average of percentiles: the 95th of each second, averaged, as a dashboard does. */
export function averagePercentiles(runs: readonly (readonly LoadSample[])[]): Figures {
  const windows = runs.flatMap((samples) => [
    ...Map.groupBy(samples.filter(isServed), ({ dueMs }) => Math.floor(dueMs / 1000)).values(),
  ])
  const each = windows.map((samples) => p95(latenciesOf(samples)))
  return {
    right: p95(latenciesOf(runs.flat())),
    wrong: each.reduce((sum, value) => sum + value, 0) / each.length,
  }
}

/** Two runs of one and the same load: by how much the slowest run exceeds the fastest one. */
export function comparePair(runs: readonly Run[]): number {
  const medians = runs.map(median)
  return Math.max(...medians) / Math.min(...medians) - 1
}

/**
 * Arrivals that wait for answers (coordinated omission): a client with as many connections as the
 * service has slots holds a request back until an answer has come, and counts from then on. Every
 * request starts as before, but its wait for a slot is now the client's, where nobody counts it.
 */
export const omitWaits = (samples: readonly LoadSample[]): Figures => ({
  right: p95(latenciesOf(samples)),
  wrong: p95(
    samples
      .filter(isServed)
      .map(({ latencyMs, phases, lateMs }) => latencyMs - (phases.queue ?? 0) - lateMs),
  ),
})

export type SampleSource = { measurement: Measurement; runs: readonly RunResult[] }
export type LoadChoice = { experiment: string; load: string }

/** Every sample of a load in the runs that count, warm-up included, by run. */
export const samplesByRun = (
  { runs }: SampleSource,
  { experiment, load }: LoadChoice,
): LoadSample[][] =>
  runs
    .filter((run) => run.experiment === experiment && run.excluded === undefined)
    .sort((a, b) => a.repeat - b.repeat)
    .map(({ samples }) => samples.filter((sample) => sample.load === load))
    .filter((samples) => samples.length > 0)

/** The measurement of a load; `undefined` if it was not measured. */
export const loadOf = ({ measured }: Measurement, { experiment, load }: LoadChoice) =>
  measured.find((it) => it.experiment === experiment && it.load === load)

/** The warm-up of a load in seconds; 0 if the measurement does not tell. */
export const warmupOf = ({ measurement }: SampleSource, choice: LoadChoice): number =>
  loadOf(measurement, choice)?.warmupSeconds ?? 0

/** The samples of a load after its warm-up, by run. */
export function countedByRun(source: SampleSource, choice: LoadChoice): LoadSample[][] {
  const warmupMs = warmupOf(source, choice) * 1000
  return samplesByRun(source, choice)
    .map((samples) => samples.filter(({ dueMs }) => dueMs >= warmupMs))
    .filter((samples) => samples.length > 0)
}

/** The counted samples of all six scenarios, by number; `undefined` unless each was played. */
export function samplesByScenario(
  source: SampleSource,
  loadOf: (scenario: number) => LoadChoice,
): Map<number, LoadSample[]> | undefined {
  const entries = scenarios.map(
    ({ number }) => [number, countedByRun(source, loadOf(number)).flat()] as const,
  )
  return entries.every(([, samples]) => samples.length > 0) ? new Map(entries) : undefined
}
