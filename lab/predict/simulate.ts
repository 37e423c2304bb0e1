import { createRandom, type Random } from '../../formats/random.ts'
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

function summarize(values: readonly number[]): Summary {
  const sorted = Float64Array.from(values).sort()
  const at = (share: number) => sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0
  const mean = sorted.reduce((sum, value) => sum + value, 0) / Math.max(1, sorted.length)
  return { mean, p50: at(0.5), p95: at(0.95), p99: at(0.99) }
}

/** The figures of requests by their outcomes. */
export function summarizeOutcomes(outcomes: readonly Outcome[]): Simulated {
  const admitted = outcomes.filter((outcome) => 'heldMs' in outcome)
  const shareOf = (reason: RefusalReason) =>
    outcomes.filter((outcome) => 'refusal' in outcome && outcome.refusal === reason).length /
    outcomes.length
  return {
    requests: outcomes.length,
    refusals: {
      queue_full: shareOf('queue_full'),
      wait_too_long: shareOf('wait_too_long'),
      queue_timeout: shareOf('queue_timeout'),
    },
    waitMs: summarize(admitted.map(({ waitedMs }) => waitedMs)),
    latencyMs: summarize(admitted.map(({ waitedMs, heldMs }) => waitedMs + heldMs)),
  }
}

/** Serves requests that arrive at these times, in order. */
export function serve(service: Service, random: Random, arrivals: readonly number[]): Outcome[] {
  const outcomes: Outcome[] = []
  const station = createStation({
    ...service,
    holdMs: createHolds(service, random),
    onOutcome: (outcome) => void outcomes.push(outcome),
  })
  for (const nowMs of arrivals) station.arrive(nowMs)
  station.finish()
  return outcomes
}

/** Simulates a service under open arrivals. The same options give the same numbers. */
export function simulate(options: SimulationOptions): Simulated {
  const { service, requests, warmup, seed } = options
  const gap = createGaps({ ...options, random: createRandom(seed) })
  let nowMs = 0
  const arrivals = Array.from({ length: warmup + requests }, () => {
    nowMs += gap()
    return nowMs
  })
  const fromMs = arrivals[warmup] ?? 0
  const outcomes = serve(service, createRandom(seed, 1), arrivals)
  return summarizeOutcomes(outcomes.filter(({ arrivedMs }) => arrivedMs >= fromMs))
}
