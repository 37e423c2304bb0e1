import { Piscina } from 'piscina'
import type { Digest, DigestRequest } from '../functions/report/digest.ts'
import { addHop } from './hops.ts'

/** Worker threads for the report's digest: as many as may compute at once; further ones wait for theirs. */
export function createDigestWorkers({ threads }: { threads: number }) {
  const pool = new Piscina({
    filename: new URL('../functions/report/digest.ts', import.meta.url).href,
    minThreads: threads,
    maxThreads: threads,
    // All that a digest leaves behind is young garbage: more room for it would only grow the memory of each thread.
    resourceLimits: { maxYoungGenerationSizeMb: 4 },
  })
  return {
    /** Computes a digest; an aborted one ends its thread at once, and another takes its place. */
    async digest(request: DigestRequest, signal: AbortSignal): Promise<Digest> {
      const result: Digest = await pool.run(request, { signal })
      addHop('cpu', result.cpuSeconds * 1000)
      return result
    },
    close: () => pool.close(),
  }
}
