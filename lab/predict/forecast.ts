import type { ArrivalProcess } from './arrivals.ts'
import { type Ceiling, lowestCeiling, type Overload, overloadOf, placesOf } from './ceiling.ts'
import { type Formula, formulas } from './formulas.ts'
import { type Service, serviceMsOf } from './service.ts'
import { type Simulated, type Summary, simulate } from './simulate.ts'
import type { RefusalReason } from './station.ts'

export type Forecast = {
  perSecond: number
  /** The time of a request that meets no other. */
  serviceMs: number
  ceiling: Ceiling
  /** The rate over the ceiling. */
  utilisation: number
  /**
   * Where the numbers come from: `exact` for even arrivals of fixed length below the ceiling
   * (D/D/c); `flow` above the ceiling, if the queue takes too long to fill.
   */
  method: 'exact' | 'simulation' | 'flow'
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

type Flow = Pick<Overload, 'waitMs' | 'holdMs' | 'refusedShare'>

/** A forecast in which all admitted requests wait equally long. */
const byFormula = (method: 'exact' | 'flow', { waitMs, holdMs, refusedShare }: Flow) => ({
  method,
  formulas: [formulas.little, method === 'exact' ? formulas.even : formulas.flow],
  requests: 0,
  waitMs: always(waitMs),
  latencyMs: always(waitMs + holdMs),
  refusedShare,
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
export const isEven = ({ delay }: Service, arrivals: ArrivalProcess): boolean =>
  arrivals === 'even' && 'fixedMs' in delay

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
  if (utilisation <= 1 && isEven(service, options.arrivals))
    return { ...common, ...byFormula('exact', { waitMs: 0, holdMs: serviceMs, refusedShare: 0 }) }
  const warmup = Math.ceil(warmupOf(options, ceiling.perSecond))
  const isTooLong = warmup > budget / 2
  if (isTooLong && utilisation > 1)
    return { ...common, ...byFormula('flow', overloadOf(service, perSecond)) }
  const counted = isTooLong ? budget / 2 : warmup
  return {
    ...common,
    ...bySimulation(simulate({ ...options, warmup: counted, requests: budget - counted, seed })),
  }
}
