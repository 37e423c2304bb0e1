import { extname } from 'node:path'
import { Piscina } from 'piscina'
import type { Digest, DigestRequest } from '../functions/report/digest.ts'
import { createSlots } from './admission/slots.ts'
import { recordSpan } from './telemetry/spans.ts'

export type DigestWorkersOptions = {
  /** Digests that run at once; further ones wait for a thread. */
  threads: number
}

const idleMs = 60_000

// Admission bounds how many reports wait and for how long: this is the longest time of a timer.
const noQueueLimits = { queueLimit: Infinity, queueTimeoutMs: 2 ** 31 - 1 }

// The bundle keeps the place of the file, and not its extension.
const digestFile = new URL(`../functions/report/digest${extname(import.meta.url)}`, import.meta.url)
  .href

/** Worker threads for the report's digest. */
export function createDigestWorkers({ threads }: DigestWorkersOptions) {
  const pool = new Piscina({
    filename: digestFile,
    // One is ready for the first report; the others cost memory only while reports come.
    minThreads: 1,
    maxThreads: threads,
    idleTimeout: idleMs,
    // A digest leaves only young garbage: a larger young generation would only cost memory.
    resourceLimits: { maxYoungGenerationSizeMb: 4 },
  })
  // With a signal, Piscina sends a task that finds no thread to the tail of its queue at each
  // completion, so that the longest wait grows with the number of tasks.
  const slots = createSlots({ concurrency: threads, ...noQueueLimits })

  async function compute(request: DigestRequest, signal: AbortSignal): Promise<Digest> {
    const start = performance.now()
    const result: Digest = await pool.run(request, { signal })
    recordSpan({ name: 'cpu', start, accounted: result.cpuSeconds * 1000 })
    return result
  }

  return {
    /**
     * Computes a digest, first come, first served; an aborted one ends its thread at once, and
     * another takes its place.
     * @throws SlotRefusedError if `signal` aborts while the digest waits; Piscina's AbortError later
     */
    async digest(request: DigestRequest, signal: AbortSignal): Promise<Digest> {
      const arrival = performance.now()
      await slots.acquire({ signal })
      const acquired = performance.now()
      recordSpan({ name: 'worker', start: arrival })
      try {
        return await compute(request, signal)
      } finally {
        slots.release(performance.now() - acquired)
      }
    },
    close: () => pool.close(),
  }
}
