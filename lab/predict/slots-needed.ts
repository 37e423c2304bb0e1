import { createRandom } from '../../formats/random.ts'
import { drawStartTimes, type Load } from './arrivals.ts'
import { ceilingOf, type Place, placesOf } from './ceiling.ts'
import { offeredLoad } from './erlang.ts'
import { exactQueueOf } from './exact.ts'
import { type Service, serviceMsOf } from './service.ts'
import { serve } from './simulate.ts'
import type { Outcome } from './station.ts'

/**
 * At most this share of the requests may be refused, or wait longer than that part of the service
 * time: for a slot and for all that they need in it.
 */
export const criterion = { share: 0.01, ofService: 0.1 } as const

export const mostSlots = 10_000

/** The fewest slots that keep the criterion, or why there are none. */
export type SlotsNeeded =
  | { slots: number }
  /** A resource cannot keep the rate. */
  | { short: Place }
  /** With any number of slots up to `mostSlots`, such a share breaks the criterion. */
  | { brokenBy: number }

/** The fewest slots with which requests wait briefly by the criterion. */
export function slotsNeeded(service: Service, load: Load): SlotsNeeded {
  const [, ...resources] = placesOf(service)
  const short = resources.find((place) => ceilingOf(place) < load.perSecond)
  if (short) return { short }
  const brokenWith = (slots: number) => shareBroken({ ...service, slots }, load)
  const erlang = offeredLoad({ ...load, serviceMs: serviceMsOf(service) })
  const brokenBy = erlang < mostSlots ? brokenWith(mostSlots) : 1
  if (brokenBy > criterion.share) return { brokenBy }
  const found = fewest(Math.ceil(erlang), (slots) => brokenWith(slots) <= criterion.share)
  return { slots: confirmed(service, { ...load, slots: found }) }
}

/** Adds slots until a longer simulation of other requests keeps the criterion. */
function confirmed(service: Service, { slots, ...load }: Load & { slots: number }): number {
  const other = { ...load, seed: (load.seed ?? 1) + 1, requests: 5 * requests }
  if (shareBroken({ ...service, slots }, other) <= criterion.share || slots === mostSlots)
    return slots
  return confirmed(service, { ...load, slots: slots + 1 })
}

/** The fewest slots from `least` on that keep the criterion, if more do so too. */
function fewest(least: number, keeps: (slots: number) => boolean): number {
  let low = Math.max(1, least)
  let high = low
  for (let step = 1; !keeps(high); step *= 2) {
    low = high + 1
    high = Math.min(high + step, mostSlots)
  }
  while (low < high) {
    const middle = Math.floor((low + high) / 2)
    if (keeps(middle)) high = middle
    else low = middle + 1
  }
  return high
}

/** The share of the requests that break the criterion: by a formula, or else by a simulation. */
export function shareBroken(service: Service, load: Load & { requests?: number }): number {
  const limitMs = criterion.ofService * serviceMsOf(service)
  const exact = exactQueueOf(service, load)
  if (exact) return exact.refusedShare + exact.shareWaitingLonger(limitMs)
  const outcomes = play(service, load)
  const keepers = outcomes.filter((outcome) => waitedMs(outcome) <= limitMs)
  return 1 - keepers.length / outcomes.length
}

/** All that a request waited for, in milliseconds; infinite if it was refused. */
const waitedMs = (outcome: Outcome) =>
  'refusal' in outcome
    ? Infinity
    : (outcome.resourceWaitsMs ?? []).reduce((sum, ms) => sum + ms, outcome.waitedMs)

// Of a simulation: so many, and enough for all slots.
const requests = 40_000
const rounds = 10
const warmup = 0.2

function play(service: Service, load: Load & { requests?: number }): Outcome[] {
  const { perSecond, seed = 1 } = load
  const held = offeredLoad({ perSecond, serviceMs: serviceMsOf(service) })
  const seconds = Math.max(load.requests ?? requests, rounds * held) / perSecond
  const times = drawStartTimes({ ...load, seconds, seed })
  const fromMs = warmup * seconds * 1000
  const outcomes = serve(service, createRandom(seed, 1), times)
  return outcomes.filter(({ arrivedMs }) => arrivedMs >= fromMs)
}
