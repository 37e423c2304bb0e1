import { type ArrivalProcess, createGaps } from './arrivals.ts'
import { type Balancing, createBalancedStations } from './balanced-stations.ts'
import { createRandom } from './random.ts'
import type { Service } from './service.ts'
import type { Outcome, RefusalReason } from './station.ts'

/** Milliseconds; quantiles by the nearest rank. All 0 if nothing was admitted. */
export type Summary = { mean: number; p50: number; p95: number; p99: number }

export type Simulated = {
  /** Requests that were counted, after the warm-up. */
  requests: number
  /** The share of them that each reason refused. */
  refusals: Record<RefusalReason, number>
  /** Waits of the admitted requests for a slot. */
  waitMs: Summary
  /** From arrival to answer, of the admitted requests. */
  latencyMs: Summary
  /** The share of the admitted requests that waited longer for a slot. */
  shareWaitingLonger: (ms: number) => number
}

export type SimulationOptions = {
  /** One replica. */
  service: Service
  replicas?: number
  balancing?: Balancing
  arrivals: ArrivalProcess
  perSecond: number
  /** Requests that are counted. */
  requests: number
  /** Requests before them, while the queue settles. */
  warmup: number
  seed: number
}

export function summarize(values: Float64Array): Summary {
  const sorted = values.toSorted()
  const at = (share: number) => sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0
  const mean = sorted.reduce((sum, value) => sum + value, 0) / Math.max(1, sorted.length)
  return { mean, p50: at(0.5), p95: at(0.95), p99: at(0.99) }
}

/** Counts the outcomes of requests that arrived from a time on. */
export function createTally(requests: number, fromMs: () => number) {
  const waits = new Float64Array(requests)
  const latencies = new Float64Array(requests)
  const refused = { queue_full: 0, wait_too_long: 0, queue_timeout: 0 }
  let admitted = 0
  return {
    add(outcome: Outcome): void {
      if (outcome.arrivedMs < fromMs()) return
      if ('refusal' in outcome) return void refused[outcome.refusal]++
      waits[admitted] = outcome.waitedMs
      latencies[admitted++] = outcome.waitedMs + outcome.heldMs
    },
    result(): Simulated {
      const waited = waits.subarray(0, admitted)
      return {
        requests,
        refusals: {
          queue_full: refused.queue_full / requests,
          wait_too_long: refused.wait_too_long / requests,
          queue_timeout: refused.queue_timeout / requests,
        },
        waitMs: summarize(waited),
        latencyMs: summarize(latencies.subarray(0, admitted)),
        shareWaitingLonger: (ms) =>
          waited.reduce((count, waitedMs) => count + Number(waitedMs > ms), 0) / admitted,
      }
    },
  }
}

/**
 * Simulates the replicas of a service under open arrivals. The same options give the same numbers.
 */
export function simulate(options: SimulationOptions): Simulated {
  const { service, requests, warmup, seed, replicas = 1, balancing = 'round-robin' } = options
  let fromMs = Infinity
  const tally = createTally(requests, () => fromMs)
  const stations = createBalancedStations({
    ...{ service, replicas, balancing, seed },
    onOutcome: tally.add,
  })
  const gap = createGaps({ ...options, random: createRandom(seed) })
  let nowMs = 0
  for (let arrival = 0; arrival < warmup + requests; arrival++) {
    nowMs += gap()
    if (arrival === warmup) fromMs = nowMs
    stations.arrive(nowMs)
  }
  stations.finish()
  return tally.result()
}
