import { defineFunction } from '../define.ts'
import { generateReport, type ReportBudget } from './contract.ts'
import { type Digest, type DigestRequest, monotonicSeconds } from './digest.ts'

type Bindings = {
  /** Computes off the event loop; a request that is aborted frees its worker. */
  digest: (request: DigestRequest, signal: AbortSignal) => Promise<Digest>
  /** Time that one report takes, in seconds. */
  reportCpuSeconds: number
  /** Whether that is CPU time, or wall clock since the request arrived. */
  reportBudget: ReportBudget
}

const endOf = ({ reportCpuSeconds, reportBudget }: Bindings) =>
  reportBudget === 'wall'
    ? { until: monotonicSeconds() + reportCpuSeconds }
    : { cpuSeconds: reportCpuSeconds }

/** Scenario 4: a report that burns CPU while its client waits. */
export default defineFunction<Bindings>().openapi(generateReport, async (c) => {
  const { report_type } = c.req.valid('json')
  const { hash, iterations, cpuSeconds } = await c.env.digest(
    { seed: report_type, ...endOf(c.env) },
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
