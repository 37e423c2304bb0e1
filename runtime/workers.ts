import { extname } from 'node:path'
import { Piscina } from 'piscina'
import type { Digest, DigestRequest } from '../functions/report/digest.ts'
import { recordSpan } from './telemetry/spans.ts'

export type DigestWorkersOptions = {
  /** Threads that always run. */
  threads: number
  /** Digests that run at once; further ones wait for a thread. */
  most: number
}

// The bundle keeps the place of the file, and not its extension.
const digestFile = new URL(`../functions/report/digest${extname(import.meta.url)}`, import.meta.url)
  .href

/** Worker threads for the report's digest. */
export function createDigestWorkers({ threads, most }: DigestWorkersOptions) {
  const pool = new Piscina({
    filename: digestFile,
    minThreads: threads,
    maxThreads: most,
    // A digest leaves only young garbage: a larger young generation would only cost memory.
    resourceLimits: { maxYoungGenerationSizeMb: 4 },
  })
  return {
    /** Computes a digest; an aborted one ends its thread at once, and another takes its place. */
    async digest(request: DigestRequest, signal: AbortSignal): Promise<Digest> {
      const start = performance.now()
      const result: Digest = await pool.run(request, { signal })
      recordSpan({ name: 'cpu', start, accounted: result.cpuSeconds * 1000 })
      return result
    },
    close: () => pool.close(),
  }
}
