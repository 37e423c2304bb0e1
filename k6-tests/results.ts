import type { Failure } from './failures.ts'
import { failuresOf, hopsOf, metricNames, openLoop } from './metric-names.ts'
import type { SummaryData } from './record.ts'
import type { Scenario } from './scenario.ts'

/** Times in milliseconds; without a sample there are none. */
export type Latency = {
  min: number
  mean: number
  p50: number
  p90: number
  p95: number
  p99: number
  max: number
}

/** What one scenario did in one run. */
export type ScenarioResult = {
  scenario: number
  title: string
  /** Requests that ended. */
  requests: number
  /** Requests that had begun when the run was cut off, and did not end. */
  unfinished: number
  requestsPerSecond: number
  succeeded: number
  failedRate: number
  failures: Partial<Record<Failure, number>>
  /** Of those that went as designed. */
  latencyMs: Latency | undefined
  /** Where their time went, by the service's own account. */
  hopsMs: Record<string, Latency>
  /** Arrivals that found no free user: an open loop that has some did not keep its rate. */
  dropped?: number
  thresholds: { on: string; condition: string; held: boolean }[]
}

type Metrics = SummaryData['metrics']

const countOf = (metrics: Metrics, name: string) => metrics[name]?.values.count ?? 0

/** Reads a trend of k6's. */
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

/** What a scenario did while load came for `seconds`. */
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
  const hops = hopsOf(scenario).flatMap((hop) => {
    const latency = latencyOf(metrics, names.hop(hop))
    return latency ? [[hop, latency] as const] : []
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
    hopsMs: Object.fromEntries(hops),
    ...(isOpen && { dropped: countOf(metrics, 'dropped_iterations') }),
    thresholds,
  }
}
