import type { ArrivalProcess } from './arrivals.ts'
import { type Ceiling, lowestCeiling, overloadOf, placesOf } from './ceiling.ts'
import { type Formula, formulas } from './formulas.ts'
import { type Service, serviceMsOf } from './service.ts'
import { type Simulated, type Summary, simulate } from './simulate.ts'
import type { RefusalReason } from './station.ts'

/**
 * Where the numbers of a forecast come from: `exact` for even arrivals of fixed length below the
 * ceiling (D/D/c); `simulation`; `flow` above the ceiling, if the queue takes too long to fill.
 */
export type Method = 'exact' | 'simulation' | 'flow'

export type Forecast = {
  perSecond: number
  /** The time of a request that meets no other. */
  serviceMs: number
  ceiling: Ceiling
  /** The rate over the ceiling. */
  utilisation: number
  method: Method
  formulas: readonly Formula[]
  /** Simulated requests; 0 without a simulation. */
  requests: number
  /** Of the admitted requests, as is `latencyMs`. */
  waitMs: Summary
  latencyMs: Summary
  refusedShare: number
  /** The share that each reason refuses, if the simulation tells them apart. */
  refusals?: Record<RefusalReason, number>
}

export type ForecastOptions = {
  service: Service
  arrivals: ArrivalProcess
  perSecond: number
  /** A whole number that repeats the simulation. */
  seed?: number
  /** The most requests that are simulated, which bounds the time that this takes. */
  budget?: number
}

const always = (ms: number): Summary => ({ mean: ms, p50: ms, p95: ms, p99: ms })

// A queue forgets its beginning after about 1 / (1 − utilisation)² service times of one server.
const forgettingFactor = 5
const fewestWarmups = 1000
// Above the ceiling: how often the queue's fill is simulated before anything is counted.
const fills = 2

/** Requests after which the queue has settled. */
function warmupOf({ service, perSecond }: ForecastOptions, ceilingPerSecond: number): number {
  const utilisation = perSecond / ceilingPerSecond
  const perService = (perSecond * serviceMsOf(service)) / 1000
  if (utilisation < 1)
    return fewestWarmups + forgettingFactor * (perService + (1 - utilisation) ** -2)
  const { queued, holdMs } = overloadOf(service, perSecond)
  const filling = queued / (1 - ceilingPerSecond / perSecond)
  return fewestWarmups + fills * (filling + (perSecond * holdMs) / 1000)
}

function byFlow(service: Service, perSecond: number) {
  const { waitMs, holdMs, refusedShare } = overloadOf(service, perSecond)
  return {
    method: 'flow' as const,
    formulas: [formulas.little, formulas.flow],
    requests: 0,
    waitMs: always(waitMs),
    latencyMs: always(waitMs + holdMs),
    refusedShare,
  }
}

const withoutWaiting = (serviceMs: number) => ({
  method: 'exact' as const,
  formulas: [formulas.little, formulas.even],
  requests: 0,
  waitMs: always(0),
  latencyMs: always(serviceMs),
  refusedShare: 0,
})

const bySimulation = ({ requests, refusals, waitMs, latencyMs }: Simulated) => ({
  method: 'simulation' as const,
  formulas: [formulas.little, formulas.simulation],
  requests,
  waitMs,
  latencyMs,
  refusedShare: Object.values(refusals).reduce((sum, share) => sum + share, 0),
  refusals,
})

/**
 * Whether requests arrive and are served at equal distances, so that none waits below the ceiling.
 */
const isEven = ({ service, arrivals }: ForecastOptions) =>
  arrivals === 'even' && 'fixedMs' in service.delay

/**
 * Predicts a service at a rate of open arrivals: how long requests wait and take, and
 * how many are refused.
 */
export function forecast(options: ForecastOptions): Forecast {
  const { service, perSecond, seed = 1, budget = 200_000 } = options
  const serviceMs = serviceMsOf(service)
  const ceiling = lowestCeiling(placesOf(service))
  const utilisation = perSecond / ceiling.perSecond
  const common = { perSecond, serviceMs, ceiling, utilisation }
  if (utilisation <= 1 && isEven(options)) return { ...common, ...withoutWaiting(serviceMs) }
  const warmup = Math.ceil(warmupOf(options, ceiling.perSecond))
  const isTooLong = warmup > budget / 2
  if (isTooLong && utilisation > 1) return { ...common, ...byFlow(service, perSecond) }
  const counted = isTooLong ? budget / 2 : warmup
  return {
    ...common,
    ...bySimulation(simulate({ ...options, warmup: counted, requests: budget - counted, seed })),
  }
}
