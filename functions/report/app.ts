import { defineFunction } from '../define.ts'
import { generateReport } from './contract.ts'
import type { Digest, DigestRequest } from './digest.ts'

type Bindings = {
  /** Computes off the event loop; a request that is aborted frees its worker. */
  digest: (request: DigestRequest, signal: AbortSignal) => Promise<Digest>
  /** CPU time that one report takes, in seconds. */
  reportCpuSeconds: number
}

/** Scenario 4: a report that burns CPU while its client waits. */
export default defineFunction<Bindings>().openapi(generateReport, async (c) => {
  const { report_type } = c.req.valid('json')
  const { hash, iterations, cpuSeconds } = await c.env.digest(
    { seed: report_type, cpuSeconds: c.env.reportCpuSeconds },
    c.req.raw.signal,
  )
  const answer = {
    status: 'completed' as const,
    report_type,
    report_hash: hash,
    computation_time_seconds: cpuSeconds,
    iterations,
  }
  return c.json({ ...answer, timestamp: new Date().toISOString() }, 200)
})
