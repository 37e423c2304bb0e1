import TinyQueue from 'tinyqueue'
import { drawExponential, type Random } from '../../formats/random.ts'
import { always, exponential, type Summary } from './summary.ts'

/** A time in milliseconds, fixed or drawn for each request. */
export type Duration = { fixedMs: number } | { exponentialMs: number }

export const drawMs = (duration: Duration, random: Random): number =>
  'fixedMs' in duration ? duration.fixedMs : drawExponential(random, duration.exponentialMs)

export const summaryOf = (duration: Duration): Summary =>
  'fixedMs' in duration ? always(duration.fixedMs) : exponential(duration.exponentialMs)

/** The squared coefficient of variation: 0 for a fixed time, 1 for an exponential one. */
export const variationOf = (duration: Duration): number => ('fixedMs' in duration ? 0 : 1)

/** Servers that a request needs while it holds its slot: cores, database connections. */
export type Resource = { name: string; servers: number; workMs: number }

/** One service as its slots see it. */
export type Service = {
  slots: number
  /** Requests that may wait for a slot. */
  queueLimit: number
  /** How long one may wait for a slot, in milliseconds. */
  queueTimeoutMs: number
  /** The waits of a request in its slot: a remote system, other services. */
  delay: Duration
  resources: readonly Resource[]
}

/** The mean time of a request that meets no other, in milliseconds. */
export const serviceMsOf = ({ delay, resources }: Pick<Service, 'delay' | 'resources'>): number =>
  resources.reduce(
    (sum, { workMs }) => sum + workMs,
    'fixedMs' in delay ? delay.fixedMs : delay.exponentialMs,
  )

/** How long a request holds its slot, and how long it waits in it for each resource in turn. */
export type Hold = { heldMs: number; resourceWaitsMs?: readonly number[] }

/**
 * Servers that work in the order of the requests; a request takes the one that is free first.
 * J. Kiefer, J. Wolfowitz, On the theory of queues with many servers, Trans. AMS 78 (1955).
 * @returns how long work waits that is asked for at a time
 */
function createServers({ servers, workMs }: Resource): (askedMs: number) => number {
  const freeMs = new TinyQueue<number>()
  return (askedMs) => {
    const firstFreeMs = freeMs.length < servers ? askedMs : (freeMs.pop() ?? askedMs)
    const startMs = Math.max(askedMs, firstFreeMs)
    freeMs.push(startMs + workMs)
    return startMs - askedMs
  }
}

/**
 * How requests hold their slots, one after another: they use each resource in turn, then wait.
 * Every container of the platform has its own.
 */
export function createHolds({ delay, resources }: Service, random: Random) {
  const all = resources.map((resource) => ({ ...resource, waitMs: createServers(resource) }))
  return (startMs: number): Hold => {
    let nowMs = startMs
    const resourceWaitsMs = all.map(({ waitMs, workMs }) => {
      const waitedMs = waitMs(nowMs)
      nowMs += waitedMs + workMs
      return waitedMs
    })
    return { heldMs: nowMs + drawMs(delay, random) - startMs, resourceWaitsMs }
  }
}
