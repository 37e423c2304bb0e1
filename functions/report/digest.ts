import { hash } from 'node:crypto'

export type DigestRequest = {
  /** What the chain starts from. */
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

// Reading the clock is a system call: often enough to end within a millisecond of the budget, rarely enough not to count.
const linksPerReading = 1000

const cpuMicroseconds = () => {
  const { user, system } = process.threadCpuUsage()
  return user + system
}

/** The monotonic clock in seconds, which is the same in every thread. */
export const monotonicSeconds = (): number => Number(process.hrtime.bigint()) / 1e9

/**
 * Hashes SHA-256 upon SHA-256 until its end. A budget of CPU time is that of the thread that runs it: beside others on the same
 * core it takes longer, as real work would. By the monotonic clock it ends on time, and beside others computes less.
 */
export default function digest({ seed, ...end }: DigestRequest): Digest {
  const start = cpuMicroseconds()
  // Each link is written over the one before it. Buffers of their own would cost two thirds of the links, and a collector whose CPU
  // time nobody accounts for: it runs on threads of its own.
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
