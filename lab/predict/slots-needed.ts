import type { ArrivalProcess } from './arrivals.ts'
import { ceilingOf, placesOf } from './ceiling.ts'
import { offeredLoad } from './erlang.ts'
import { type Service, serviceMsOf } from './service.ts'

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
  const isEven = arrivals === 'even' && 'fixedMs' in service.delay
  return isEven ? Math.max(1, Math.ceil(load)) : slotsByErlangC(load)
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
