import type { Failure } from '../load/failures.ts'
import {
  droppedArrivals,
  failuresOf,
  metricNames,
  openLoop,
  phasesOf,
} from '../load/metric-names.ts'
import { countOf, type SummaryData } from '../load/record.ts'
import type { Scenario } from '../load/scenarios.ts'
import { type WarmUp, warmupMsOf } from '../load/warm-up.ts'

/** Times in milliseconds. */
export type Latency = Record<'min' | 'mean' | 'p50' | 'p90' | 'p95' | 'p99' | 'max', number>

export type ScenarioResult = {
  scenario: number
  title: string
  /** Requests that ended, without those of the warm-up. */
  requests: number
  /** Requests of the warm-up that ended: those that began in its seconds. */
  warmup: { seconds: number; requests: number; failed: number }
  /** Requests without a response when the run ended. */
  unfinished: number
  requestsPerSecond: number
  succeeded: number
  failedRate: number
  failures: Partial<Record<Failure, number>>
  /** The upper limit of the 95th percentile. */
  p95LimitMs: number
  /** Of requests that went as designed. */
  latencyMs: Latency | undefined
  /** The breakdown of their time, from `Server-Timing`. */
  phasesMs: Record<string, Latency>
  /** Arrivals without a free user: the open loop did not keep its rate. */
  dropped?: number
  thresholds: { on: string; condition: string; held: boolean }[]
}

/** Reads a trend of k6; `undefined` without samples. */
function latencyOf({ metrics }: SummaryData, name: string): Latency | undefined {
  const { min = 0, avg = 0, med = 0, max = 0, count = 0, ...rest } = metrics[name]?.values ?? {}
  if (count === 0) return undefined
  const [p90 = 0, p95 = 0, p99 = 0] = ['p(90)', 'p(95)', 'p(99)'].map((stat) => rest[stat])
  return { min, mean: avg, p50: med, p90, p95, p99, max }
}

function warmupOf(scenario: Scenario, data: SummaryData, load: WarmUp) {
  const names = metricNames(scenario)
  const [requests, failed] = [countOf(data, names.warmup), countOf(data, names.warmupFailures)]
  return { seconds: warmupMsOf(scenario, load) / 1000, requests, failed }
}

export type ResultOptions = {
  data: SummaryData
  record: WarmUp
  /** The duration of the load, with its warm-up. */
  seconds: number
}

export function resultOf(scenario: Scenario, options: ResultOptions): ScenarioResult {
  const { data, record } = options
  const warmup = warmupOf(scenario, data, record)
  const seconds = options.seconds - warmup.seconds
  const names = metricNames(scenario)
  const { number, title } = scenario
  const isOpen = number === openLoop
  const thresholdsOn = (on: string, name: string) =>
    Object.entries(data.metrics[name]?.thresholds ?? {}).map(([condition, { ok }]) => ({
      on,
      condition,
      held: ok,
    }))
  const requests = countOf(data, names.requests)
  const counts = failuresOf(scenario)
    .map((failure) => [failure, countOf(data, names.failure(failure))] as const)
    .filter(([, count]) => count > 0)
  const failed = counts.reduce((sum, [, count]) => sum + count, 0)
  const phases = phasesOf(scenario).flatMap((phase) => {
    const latency = latencyOf(data, names.phase(phase))
    return latency ? [[phase, latency] as const] : []
  })
  return {
    scenario: number,
    title,
    requests,
    warmup,
    unfinished: countOf(data, names.started) - requests - warmup.requests,
    requestsPerSecond: seconds > 0 ? requests / seconds : 0,
    succeeded: requests - failed,
    failedRate: requests > 0 ? failed / requests : 0,
    failures: Object.fromEntries(counts),
    p95LimitMs: scenario.p95LimitMs,
    latencyMs: latencyOf(data, names.duration),
    phasesMs: Object.fromEntries(phases),
    ...(isOpen && { dropped: countOf(data, droppedArrivals) }),
    thresholds: [
      ...thresholdsOn('latency', names.duration),
      ...thresholdsOn('success', names.success),
      ...(isOpen ? thresholdsOn('dropped arrivals', droppedArrivals) : []),
    ],
  }
}
