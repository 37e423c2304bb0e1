import TinyQueue from 'tinyqueue'
import { type Duration, drawMs, meanMs, type Random } from './random.ts'

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
  resources.reduce((sum, { workMs }) => sum + workMs, meanMs(delay))

/**
 * Servers that work in the order of the requests; a request takes the one that is free first.
 * J. Kiefer, J. Wolfowitz, On the theory of queues with many servers, Trans. AMS 78 (1955).
 * @returns when work ends that is asked for at a time
 */
function createServers({ servers, workMs }: Resource): (askedMs: number) => number {
  const freeMs = new TinyQueue<number>()
  return (askedMs) => {
    const firstFreeMs = freeMs.length < servers ? askedMs : (freeMs.pop() ?? askedMs)
    const endMs = Math.max(askedMs, firstFreeMs) + workMs
    freeMs.push(endMs)
    return endMs
  }
}

/**
 * How long requests hold their slot, one after another: they use each resource in turn, then wait.
 * Every container of the platform has its own.
 */
export function createHolds({ delay, resources }: Service, random: Random) {
  const all = resources.map(createServers)
  return (startMs: number): number =>
    all.reduce((ms, endOf) => endOf(ms), startMs) + drawMs(delay, random) - startMs
}
