/** Well-known mistakes in the analysis of a load, each as a figure beside the right one. */
import type { LoadSample } from '../../formats/samples.ts'
import { scenarioOf } from '../../model/scenarios.ts'
import { isServed, latenciesOf } from '../judge/summarize-load.ts'
import { median, quantile, type Run } from '../quantiles.ts'
import type { SampleSource } from './sample-sets.ts'
import { type Latencies, type Mix, mixedQuantile, sharesIn } from './study-mix.ts'

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

export const shareRefused = (samples: readonly LoadSample[]): number =>
  samples.filter((sample) => !isServed(sample)).length / samples.length

/** Scenarios mixed in one percentile: the 95th of two mixes. */
export const mixScenarios = (
  latencies: Latencies,
  [first, second]: readonly [Mix, Mix],
): [firstMs: number, secondMs: number] => [
  mixedQuantile(latencies, first, 0.95),
  mixedQuantile(latencies, second, 0.95),
]

/** Intended 400s counted as errors: the share of errors in a load of the study. */
export function countErrors(
  samples: ReadonlyMap<number, readonly LoadSample[]>,
  mix: Mix,
): Figures {
  const shares = sharesIn(mix)
  const shareOf = (isError: (scenario: number, sample: LoadSample) => boolean) =>
    [...samples].reduce((sum, [scenario, all]) => {
      const errors = all.filter((sample) => isError(scenario, sample)).length
      return sum + ((shares.get(scenario) ?? 0) * errors) / all.length
    }, 0)
  return {
    right: shareOf((_, sample) => !isServed(sample)),
    wrong: shareOf((scenario, sample) => !isServed(sample) || scenarioOf(scenario).status >= 400),
  }
}

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
