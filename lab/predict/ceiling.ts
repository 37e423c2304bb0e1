import { type Service, serviceMsOf } from './service.ts'

/** Something that a request holds for a time, of which there are so many. */
export type Place = { name: string; servers: number; holdMs: number }

export type Ceiling = {
  /** Infinite if nothing is held for any time. */
  perSecond: number
  /** The place that sets it. */
  bottleneck: Place
}

/**
 * The highest rate that a place can keep: its servers over the time that a request holds one.
 * J. D. C. Little, A Proof for the Queuing Formula: L = λW, Operations Research 9 (1961), 383–387.
 */
export const ceilingOf = ({ servers, holdMs }: Place): number => (servers * 1000) / holdMs

/** The ceiling of a path: the smallest of its places. */
export function lowestCeiling(places: readonly [Place, ...Place[]]): Ceiling {
  const bottleneck = places.reduce((lowest, place) =>
    ceilingOf(place) < ceilingOf(lowest) ? place : lowest,
  )
  return { perSecond: ceilingOf(bottleneck), bottleneck }
}

/** The places of one service: its slots, and what a request uses while it holds one. */
export const placesOf = (service: Service): [Place, ...Place[]] => [
  { name: 'slots', servers: service.slots, holdMs: serviceMsOf(service) },
  ...service.resources.map(({ name, servers, workMs }) => ({ name, servers, holdMs: workMs })),
]

/**
 * The ceiling of several replicas, each with slots and resources of its own (Little 1961).
 * `simulateCeiling` plays them.
 */
export function ceilingOfReplicas(service: Service, replicas: number): Ceiling {
  const [slots, ...others] = placesOf(service)
  const multiply = (place: Place) => ({ ...place, servers: place.servers * replicas })
  return lowestCeiling([multiply(slots), ...others.map(multiply)])
}

export type Overload = {
  /** The share of the requests that is refused. */
  refusedShare: number
  /** How long an admitted request waits for its slot. */
  waitMs: number
  /** How long it then holds it: longer than usual if something else than the slots is short. */
  holdMs: number
  /** Requests in the queue. */
  queued: number
}

/**
 * The state above the ceiling once the queue has filled, by the flow alone: as many requests are
 * answered as the ceiling allows, the others refused. An admitted one waits for those before it,
 * queue / ceiling, and all slots are held, slots / ceiling (Little 1961). The queue is as long as
 * its limit, or as the whole rounds of all slots that end within the time limit: a request whose
 * estimated wait is longer is refused (`runtime/admission/slots.ts`).
 */
export function overloadOf(service: Service, perSecond: number): Overload {
  const { slots, queueLimit, queueTimeoutMs } = service
  const ceiling = lowestCeiling(placesOf(service)).perSecond
  const holdMs = (slots * 1000) / ceiling
  const rounds = Math.floor(queueTimeoutMs / holdMs)
  const queued = Math.min(queueLimit, slots * rounds)
  return {
    refusedShare: Math.max(0, 1 - ceiling / perSecond),
    waitMs: (queued * 1000) / ceiling,
    holdMs,
    queued,
  }
}
