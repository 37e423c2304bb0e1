import type { ArrivalProcess } from './arrivals.ts'
import { ceilingOf, placesOf } from './ceiling.ts'
import { allenCunneenMs, offeredLoad } from './erlang.ts'
import { type Forecast, type ForecastOptions, forecast, isEven } from './forecast.ts'
import { type Formula, formulas } from './formulas.ts'
import { type Service, serviceMsOf, variationOf } from './service.ts'

/** All that theory says of one service at one rate. */
export type Prediction = {
  forecast: Forecast
  /** The mean wait for a slot, for services without resources below their ceiling. */
  meanWait?: { ms: number; formula: Formula }
  /** By the criterion below. */
  slotsNeeded?: number
  /** Below, at and above the ceiling. */
  sweep: Forecast[]
  /** All that were used. */
  formulas: Formula[]
}

const budget = 60_000

/** Allen and Cunneen's approximation is the exact formula in both special cases. */
function formulaOf(variation: { arrivals: number; service: number }): Formula {
  if (variation.arrivals === 0 && variation.service === 0) return formulas.even
  const isErlang = variation.arrivals === 1 && variation.service === 1
  return isErlang ? formulas.erlangC : formulas.allenCunneen
}

function meanWaitOf({ service, arrivals, perSecond }: ForecastOptions): Prediction['meanWait'] {
  const queue = { servers: service.slots, perSecond, serviceMs: serviceMsOf(service) }
  const variation = {
    arrivals: arrivals === 'even' ? 0 : 1,
    service: variationOf(service.delay),
  }
  const ms = service.resources.length > 0 ? Infinity : allenCunneenMs(queue, variation)
  return Number.isFinite(ms) ? { ms, formula: formulaOf(variation) } : undefined
}

// From a tenth of the ceiling to beyond it.
const shares = [0.1, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 1, 1.1, 1.3]
// Rates that are closer to the given one would say the same.
const closeness = 0.02
const sweepBudget = 15_000

/** Adds forecasts at rates below, at and above the ceiling to the given one, in order. */
function sweepRates(options: ForecastOptions, given: Forecast): Forecast[] {
  const others = shares
    .map((share) => given.ceiling.perSecond * share)
    .filter((rate) => Math.abs(rate / given.perSecond - 1) > closeness)
    .map((perSecond) => forecast({ ...options, perSecond, budget: sweepBudget }))
  return [...others, given].sort((a, b) => a.perSecond - b.perSecond)
}

/** Predicts a service from its description, within a second. */
export function predict(options: ForecastOptions): Prediction {
  const given = forecast({ budget, ...options })
  const meanWait = meanWaitOf(options)
  const needed = slotsNeeded(options.service, options)
  const used = [...given.formulas, ...(meanWait ? [meanWait.formula] : [])]
  if (needed && given.method !== 'exact') used.push(formulas.erlangC)
  return {
    forecast: given,
    ...(meanWait && { meanWait }),
    ...(needed !== undefined && { slotsNeeded: needed }),
    sweep: sweepRates(options, given),
    formulas: [...new Set(used)],
  }
}

/** At most this share of the requests may wait longer than that part of the service time. */
export const criterion = { share: 0.01, ofService: 0.1 } as const

/**
 * The fewest slots with which waiting is short by the criterion. With even arrivals of fixed length
 * none waits: Little's law. Otherwise by Erlang C, which is exact for exponential service; fixed
 * service waits less, so it needs no more.
 * @returns `undefined` if a resource cannot keep the rate, however many slots there are
 */
export function slotsNeeded(
  service: Service,
  { arrivals, perSecond }: { arrivals: ArrivalProcess; perSecond: number },
): number | undefined {
  const [, ...resources] = placesOf(service)
  if (resources.some((place) => ceilingOf(place) <= perSecond)) return undefined
  const load = offeredLoad({ perSecond, serviceMs: serviceMsOf(service) })
  return isEven(service, arrivals) ? Math.max(1, Math.ceil(load)) : slotsByErlangC(load)
}

/**
 * One pass of the recursion of Erlang B: for each number of slots, C = cB / (c − A (1 − B)), and
 * P(W > t) = C · exp(−(c − A) t), with t in service times.
 */
function slotsByErlangC(load: number): number {
  let blocked = 1
  for (let slots = 1; ; slots++) {
    blocked = (load * blocked) / (slots + load * blocked)
    if (slots <= load) continue
    const waiting = (slots * blocked) / (slots - load * (1 - blocked))
    const longer = waiting * Math.exp(-(slots - load) * criterion.ofService)
    if (longer <= criterion.share) return slots
  }
}
