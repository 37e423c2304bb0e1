import { hash } from 'node:crypto'

export type DigestRequest = {
  /** What the chain starts from. */
  seed: string
  /** CPU time to spend, in seconds. */
  cpuSeconds: number
}

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

/**
 * Hashes SHA-256 upon SHA-256 until the thread that runs it has spent the budget. The budget is CPU time of this thread, not
 * wall time: beside others on the same core it takes longer, as real work would.
 */
export default function digest({ seed, cpuSeconds }: DigestRequest): Digest {
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
  } while (spent < cpuSeconds)
  return { hash: link.toString('hex'), iterations, cpuSeconds: spent }
}
