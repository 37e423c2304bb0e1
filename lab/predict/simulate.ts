import { createRandom } from '../../formats/random.ts'
import { type ArrivalProcess, createGaps } from './arrivals.ts'
import { createHolds, type Service } from './service.ts'
import { createStation, type Outcome, type RefusalReason } from './station.ts'

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
}

export type SimulationOptions = {
  service: Service
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
      return {
        requests,
        refusals: {
          queue_full: refused.queue_full / requests,
          wait_too_long: refused.wait_too_long / requests,
          queue_timeout: refused.queue_timeout / requests,
        },
        waitMs: summarize(waits.subarray(0, admitted)),
        latencyMs: summarize(latencies.subarray(0, admitted)),
      }
    },
  }
}

/**
 * Simulates a service under open arrivals. The same options give the same numbers.
 */
export function simulate(options: SimulationOptions): Simulated {
  const { service, requests, warmup, seed } = options
  let fromMs = Infinity
  const tally = createTally(requests, () => fromMs)
  const holdMs = createHolds(service, createRandom(seed, 1))
  const station = createStation({ ...service, holdMs, onOutcome: tally.add })
  const gap = createGaps({ ...options, random: createRandom(seed) })
  let nowMs = 0
  for (let arrival = 0; arrival < warmup + requests; arrival++) {
    nowMs += gap()
    if (arrival === warmup) fromMs = nowMs
    station.arrive(nowMs)
  }
  station.finish()
  return tally.result()
}
