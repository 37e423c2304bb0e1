/** The queues that formulas describe exactly, with their limits. */
import type { ArrivalProcess, Load } from './arrivals.ts'
import { lowestCeiling, placesOf } from './ceiling.ts'
import {
  type ErlangQueue,
  erlangB,
  erlangC,
  meanWaitMs,
  offeredLoad,
  shareTakingLonger,
  shareWaitingLonger,
  waitQuantileMs,
} from './erlang.ts'
import type { Figures } from './figures.ts'
import { createFixedServiceQueue, type FixedServiceQueue } from './fixed-service.ts'
import { type Formula, formulas } from './formulas.ts'
import { averageOverPoisson } from './poisson.ts'
import { type Service, serviceMsOf, summaryOf } from './service.ts'
import { always, shift, summarizeShares } from './summary.ts'

export type ExactQueue = Figures & {
  formula: Formula
  /** The share of requests that wait longer, for a slot and in it. */
  shareWaitingLonger(ms: number): number
}

/**
 * Whether requests arrive and are served at equal distances, so that none waits below the ceiling.
 */
const isEven = ({ delay }: Service, arrivals: ArrivalProcess): boolean =>
  arrivals === 'even' && 'fixedMs' in delay

/**
 * The formula of a queue, if one is exact: for even arrivals of fixed length, for Poisson arrivals
 * without a queue, and for those below the ceiling that the limits of the queue do not touch, with
 * one resource at most.
 */
export function exactQueueOf(service: Service, { arrivals, perSecond }: Load) {
  if (isEven(service, arrivals)) return withoutWait(service, perSecond)
  if (arrivals === 'even') return undefined
  if (service.resources.length > 0) return resourceQueue(service, perSecond)
  const queue = { servers: service.slots, perSecond, serviceMs: serviceMsOf(service) }
  if (service.queueLimit === 0) return withoutQueue(service, queue)
  if (offeredLoad(queue) >= queue.servers) return undefined
  return 'fixedMs' in service.delay ? fixedQueue(service, queue) : exponentialQueue(service, queue)
}

// Unless more is said, no request waits, and none is refused.
const idle = { refusedShare: 0, waitMs: always(0), resourceWaitMs: {} }

function withoutWait(service: Service, perSecond: number): ExactQueue | undefined {
  if (lowestCeiling(placesOf(service)).perSecond < perSecond) return undefined
  return {
    ...idle,
    formula: formulas.even,
    resourceWaitMs: Object.fromEntries(service.resources.map(({ name }) => [name, always(0)])),
    latencyMs: always(serviceMsOf(service)),
    shareWaitingLonger: () => 0,
  }
}

const withoutQueue = ({ delay }: Service, queue: ErlangQueue): ExactQueue => ({
  ...idle,
  formula: formulas.erlangB,
  refusedShare: erlangB(offeredLoad(queue), queue.servers),
  latencyMs: summaryOf(delay),
  shareWaitingLonger: () => 0,
})

// The limits of a queue change nothing that is shown if they touch a smaller share than that.
const untouched = 1e-4
// Estimated waits vary around their mean: hardly one is twice as long.
const mostOfMean = 2

/**
 * Whether so few requests meet a limit of the queue that it might as well have none: its length, or
 * the time that one may wait, as estimated at the arrival and in fact.
 */
function isUntouched(
  { slots, queueLimit, queueTimeoutMs }: Service,
  serviceMs: number,
  shares: { queued(length: number): number; waitingLonger(ms: number): number },
): boolean {
  const certainMs = queueTimeoutMs / mostOfMean
  const room = Math.min(queueLimit, slots * Math.floor(certainMs / serviceMs))
  return shares.queued(room) < untouched && shares.waitingLonger(certainMs) < untouched
}

function exponentialQueue(service: Service, queue: ErlangQueue): ExactQueue | undefined {
  const load = offeredLoad(queue)
  const waitingLonger = (ms: number) => shareWaitingLonger(queue, ms)
  const queued = (length: number) => erlangC(load, queue.servers) * (load / queue.servers) ** length
  if (!isUntouched(service, queue.serviceMs, { queued, waitingLonger })) return undefined
  const mean = meanWaitMs(queue)
  return {
    ...idle,
    formula: formulas.erlangC,
    waitMs: {
      mean,
      p50: waitQuantileMs(queue, 0.5),
      p95: waitQuantileMs(queue, 0.95),
      p99: waitQuantileMs(queue, 0.99),
    },
    latencyMs: summarizeShares(mean + queue.serviceMs, (ms) => shareTakingLonger(queue, ms)),
    shareWaitingLonger: waitingLonger,
  }
}

function fixedQueue(service: Service, queue: ErlangQueue): ExactQueue | undefined {
  const exact = createFixedServiceQueue(queue)
  const { serviceMs } = queue
  if (!exact) return undefined
  const shares = { queued: exact.shareQueued, waitingLonger: exact.shareWaitingLonger }
  if (!isUntouched(service, serviceMs, shares)) return undefined
  const waitMs = summarizeShares(exact.meanWaitMs, exact.shareWaitingLonger)
  return {
    ...idle,
    formula: formulas.fixedService,
    waitMs,
    latencyMs: shift(waitMs, serviceMs),
    shareWaitingLonger: exact.shareWaitingLonger,
  }
}

/** A resource that all requests wait for, and a slot for each. */
function resourceQueue(service: Service, perSecond: number): ExactQueue | undefined {
  const [resource, ...others] = service.resources
  if (!resource || others.length > 0 || !('fixedMs' in service.delay)) return undefined
  const { name, servers, workMs } = resource
  const exact = createFixedServiceQueue({ servers, perSecond, serviceMs: workMs })
  if (!exact || shareWithoutSlot(service, perSecond, exact) > untouched) return undefined
  const waitMs = summarizeShares(exact.meanWaitMs, exact.shareWaitingLonger)
  return {
    ...idle,
    formula: formulas.fixedService,
    resourceWaitMs: { [name]: waitMs },
    latencyMs: shift(waitMs, serviceMsOf(service)),
    shareWaitingLonger: exact.shareWaitingLonger,
  }
}

/**
 * At most this share of requests find all slots taken: by those that are at the resource one delay
 * earlier, all of its servers among them, and by all that arrive meanwhile.
 */
const shareWithoutSlot = (
  { slots, resources, delay }: Service,
  perSecond: number,
  { shareQueued }: FixedServiceQueue,
) =>
  averageOverPoisson((perSecond * summaryOf(delay).mean) / 1000, (arriving) =>
    shareQueued(Math.max(0, slots - arriving - (resources[0]?.servers ?? 0))),
  )
