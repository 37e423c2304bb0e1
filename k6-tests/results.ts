import type { Failure } from './failures.ts'
import { failuresOf, metricNames, openLoop, phasesOf } from './metric-names.ts'
import type { SummaryData } from './record.ts'
import type { Scenario } from './scenario.ts'

/** Times in milliseconds. */
export type Latency = {
  min: number
  mean: number
  p50: number
  p90: number
  p95: number
  p99: number
  max: number
}

/** The result of one scenario in one run. */
export type ScenarioResult = {
  scenario: number
  title: string
  /** Requests that ended. */
  requests: number
  /** Requests without a response when the run ended. */
  unfinished: number
  requestsPerSecond: number
  succeeded: number
  failedRate: number
  failures: Partial<Record<Failure, number>>
  /** Of requests that went as designed. */
  latencyMs: Latency | undefined
  /** The breakdown of their time, from `Server-Timing`. */
  phasesMs: Record<string, Latency>
  /** Arrivals without a free user: the open loop did not keep its rate. */
  dropped?: number
  thresholds: { on: string; condition: string; held: boolean }[]
}

type Metrics = SummaryData['metrics']

const countOf = (metrics: Metrics, name: string) => metrics[name]?.values.count ?? 0

/** Reads a trend of k6; `undefined` without samples. */
export function latencyOf(metrics: Metrics, name: string): Latency | undefined {
  const { min = 0, avg = 0, med = 0, max = 0, count = 0, ...rest } = metrics[name]?.values ?? {}
  if (count === 0) return undefined
  return {
    min,
    mean: avg,
    p50: med,
    p90: rest['p(90)'] ?? 0,
    p95: rest['p(95)'] ?? 0,
    p99: rest['p(99)'] ?? 0,
    max,
  }
}

const thresholdsOn = (metrics: Metrics, name: string, on: string) =>
  Object.entries(metrics[name]?.thresholds ?? {}).map(([condition, { ok }]) => ({
    on,
    condition,
    held: ok,
  }))

/** The result of a scenario under a load of `seconds`. */
export function resultOf(
  scenario: Scenario,
  { metrics }: SummaryData,
  seconds: number,
): ScenarioResult {
  const names = metricNames(scenario)
  const { number, title } = scenario
  const isOpen = number === openLoop
  const thresholds = [
    ...thresholdsOn(metrics, names.duration, 'latency'),
    ...thresholdsOn(metrics, names.success, 'success'),
    ...(isOpen ? thresholdsOn(metrics, 'dropped_iterations', 'dropped arrivals') : []),
  ]
  const requests = countOf(metrics, names.requests)
  const counts = failuresOf(scenario).map(
    (failure) => [failure, countOf(metrics, names.failure(failure))] as const,
  )
  const failed = counts.reduce((sum, [, count]) => sum + count, 0)
  const phases = phasesOf(scenario).flatMap((phase) => {
    const latency = latencyOf(metrics, names.phase(phase))
    return latency ? [[phase, latency] as const] : []
  })
  return {
    scenario: number,
    title,
    requests,
    unfinished: countOf(metrics, names.started) - requests,
    requestsPerSecond: seconds > 0 ? requests / seconds : 0,
    succeeded: requests - failed,
    failedRate: requests > 0 ? failed / requests : 0,
    failures: Object.fromEntries(counts.filter(([, count]) => count > 0)),
    latencyMs: latencyOf(metrics, names.duration),
    phasesMs: Object.fromEntries(phases),
    ...(isOpen && { dropped: countOf(metrics, 'dropped_iterations') }),
    thresholds,
  }
}
