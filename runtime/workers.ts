import { Piscina } from 'piscina'
import type { Digest, DigestRequest } from '../functions/report/digest.ts'
import { recordSpan } from './telemetry/spans.ts'

export type DigestWorkersOptions = {
  /** Threads that are always there. */
  threads: number
  /** Digests that may be computed at once; further ones wait for their thread. */
  most: number
}

/** Worker threads for the report's digest. */
export function createDigestWorkers({ threads, most }: DigestWorkersOptions) {
  const pool = new Piscina({
    filename: new URL('../functions/report/digest.ts', import.meta.url).href,
    minThreads: threads,
    maxThreads: most,
    // All that a digest leaves behind is young garbage: more room for it would only grow the memory of each thread.
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
