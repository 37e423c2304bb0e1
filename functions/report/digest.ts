import { hash } from 'node:crypto'

export type DigestRequest = {
  /** The text of the first hash. */
  seed: string
} & DigestEnd

/** When a digest ends: after seconds of CPU time, or at a moment of the monotonic clock. */
export type DigestEnd = { cpuSeconds: number } | { until: number }

export type Digest = {
  /** The chain's last link, in hexadecimal. */
  hash: string
  /** Links of the chain. */
  iterations: number
  /** CPU time spent, in seconds. */
  cpuSeconds: number
}

// Reading the clock is a system call. This often, a digest ends within a millisecond of its budget
// at no measurable cost.
const linksPerReading = 1000

const cpuMicroseconds = () => {
  const { user, system } = process.threadCpuUsage()
  return user + system
}

/** The monotonic clock in seconds, which is the same in every thread. */
export const monotonicSeconds = (): number => Number(process.hrtime.bigint()) / 1e9

/**
 * Computes a chain of SHA-256. A budget of CPU time is that of the thread, so a digest that shares
 * its core takes longer, as real work does. By the monotonic clock it ends on time, and on a shared
 * core computes less.
 */
export default function digest({ seed, ...end }: DigestRequest): Digest {
  const start = cpuMicroseconds()
  // Each link overwrites the previous one. A buffer per link cuts throughput to a third and adds
  // garbage collection on other threads, which threadCpuUsage does not count.
  const link = Buffer.from(hash('sha256', seed, 'binary'), 'binary')
  let iterations = 1
  let spent = 0
  do {
    for (let i = 0; i < linksPerReading; i++) link.write(hash('sha256', link, 'binary'), 'binary')
    iterations += linksPerReading
    spent = (cpuMicroseconds() - start) / 1e6
  } while ('until' in end ? monotonicSeconds() < end.until : spent < end.cpuSeconds)
  return { hash: link.toString('hex'), iterations, cpuSeconds: spent }
}
