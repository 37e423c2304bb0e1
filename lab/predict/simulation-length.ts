/** How many requests a simulation needs before its figures mean something. */
import type { Load } from './arrivals.ts'
import { batches } from './batch-means.ts'
import { lowestCeiling, type Overload, overloadOf, placesOf } from './ceiling.ts'
import { type Service, variationOf } from './service.ts'
import { warmup } from './simulate.ts'

const fewest = 20_000
const inAll = batches / (1 - warmup)
// The length of a batch in times that the queue takes to forget its state.
const forgettings = 2
// The warm-up, in times that the queue takes to fill.
const fills = 1.2

/**
 * Requests after which the queue's length depends little on what it was: the relaxation time of a
 * Brownian motion between 0 and the longest queue. With a drift d and a variance v per request, it
 * is 2 / (d² / v + π² v / longest²). J. M. Harrison, Brownian Motion and Stochastic Flow Systems
 * (1985).
 */
function relaxation(drift: number, variance: number, longest: number): number {
  if (variance === 0 || longest === 0) return 0
  return 2 / (drift ** 2 / variance + (Math.PI ** 2 * variance) / longest ** 2)
}

/** Requests until a queue is full, if it grows. */
const filling = (drift: number, longest: number) =>
  drift >= 0 ? 0 : Math.min(longest / -drift, longest ** 2)

/** The fewest requests that may be simulated, with the warm-up. */
export function simulationLength(service: Service, { arrivals, perSecond }: Load): number {
  const { perSecond: ceiling } = lowestCeiling(placesOf(service))
  const { queued, holdMs } = overloadOf(service, perSecond)
  // What waits for a resource holds a slot.
  const longest = queued + (service.resources.length > 0 ? service.slots : 0)
  const drift = ceiling / perSecond - 1
  const variance = (arrivals === 'even' ? 0 : 1) + variationOf(service.delay)
  const round = (perSecond * holdMs) / 1000
  return Math.ceil(
    Math.max(
      fewest,
      inAll * forgettings * relaxation(drift, variance, longest),
      inAll * round,
      (fills * filling(drift, longest)) / warmup,
    ),
  )
}

// From twice the ceiling on, the place of each request that leaves is taken at once.
const alwaysFull = 2
// Otherwise the queue is about 1 / (1 − ceiling / rate) / 2 below its limit: so many times less.
const timesLonger = 20

/** Whether a queue above the ceiling is full but for a few per cent. */
export const isFull = ({ queued }: Overload, utilisation: number): boolean =>
  utilisation >= alwaysFull || queued * (1 - 1 / utilisation) >= timesLonger
