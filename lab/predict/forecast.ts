import type { Load } from './arrivals.ts'
import type { Estimate } from './batch-means.ts'
import { type Ceiling, lowestCeiling, type Overload, overloadOf, placesOf } from './ceiling.ts'
import { type ExactQueue, exactQueueOf } from './exact.ts'
import type { Figures } from './figures.ts'
import { type Formula, formulas } from './formulas.ts'
import { type Service, serviceMsOf, summaryOf } from './service.ts'
import { type Simulated, simulate } from './simulate.ts'
import { isFull, simulationLength } from './simulation-length.ts'
import type { RefusalReason } from './station.ts'
import { always, type Summary, shift } from './summary.ts'

/** Times of the admitted requests, and the share of the others. */
export type Forecast = Figures<Summary & Partial<Estimate>> & {
  perSecond: number
  /** The time of a request that meets no other. */
  serviceMs: number
  ceiling: Ceiling
  /** The rate over the ceiling. */
  utilisation: number
  /**
   * Where the numbers come from: `exact` for a formula that includes the limits of the queue;
   * `flow` above the ceiling, if the queue takes too long to fill.
   */
  method: 'exact' | 'simulation' | 'flow'
  formulas: readonly Formula[]
  /** Whether the latency is exact, or as precise as `statedError`. */
  isSettled: boolean
  /** Simulated requests; 0 without a simulation. */
  requests: number
  /** Half the width of the 95 % interval of the refused share, if it was simulated. */
  refusedPlusMinus?: number
  refusals?: Record<RefusalReason, number>
}

export type ForecastOptions = Load & {
  service: Service
  /** The most requests that are simulated, which bounds the time that this takes. */
  budget?: number
}

const byFormula = ({ formula, shareWaitingLonger: _, ...figures }: ExactQueue) => ({
  method: 'exact' as const,
  formulas: [formulas.little, formula],
  isSettled: true,
  requests: 0,
  ...figures,
})

/** All admitted requests wait equally long: for a slot, and in it for the bottleneck. */
function byFlow({ waitMs, holdMs, refusedShare }: Overload, service: Service) {
  const { bottleneck } = lowestCeiling(placesOf(service))
  const shortageMs = holdMs - serviceMsOf(service)
  const fixedMs = waitMs + holdMs - summaryOf(service.delay).mean
  return {
    method: 'flow' as const,
    formulas: [formulas.little, formulas.flow],
    isSettled: true,
    requests: 0,
    waitMs: always(waitMs),
    resourceWaitMs: Object.fromEntries(
      service.resources.map(({ name }) => [
        name,
        always(name === bottleneck.name ? shortageMs : 0),
      ]),
    ),
    latencyMs: shift(summaryOf(service.delay), fixedMs),
    refusedShare,
  }
}

const bySimulation = (simulated: Simulated) => ({
  method: 'simulation' as const,
  formulas: [formulas.little, formulas.simulation],
  ...simulated,
})

/**
 * Predicts a service at a rate of open arrivals: how long requests wait and take, and
 * how many are refused.
 */
export function forecast(options: ForecastOptions): Forecast {
  const { service, perSecond, seed = 1, budget = 500_000 } = options
  const ceiling = lowestCeiling(placesOf(service))
  const utilisation = perSecond / ceiling.perSecond
  const common = { perSecond, serviceMs: serviceMsOf(service), ceiling, utilisation }
  const exact = exactQueueOf(service, options)
  if (exact) return { ...common, ...byFormula(exact) }
  const overload = overloadOf(service, perSecond)
  const least = simulationLength(service, options)
  if (least > budget && isFull(overload, utilisation))
    return { ...common, ...byFlow(overload, service) }
  return { ...common, ...bySimulation(simulate({ ...options, least, budget, seed })) }
}
