import type { Bindings } from '../bindings.ts'
import { defineFunction } from '../http/define.ts'
import { generateReport } from './contract.ts'
import { monotonicSeconds } from './digest.ts'

const endOf = ({ REPORT_CPU_SECONDS, REPORT_BUDGET }: Bindings<'report'>) =>
  REPORT_BUDGET === 'wall'
    ? { until: monotonicSeconds() + REPORT_CPU_SECONDS }
    : { cpuSeconds: REPORT_CPU_SECONDS }

/** Scenario 4: a report that burns CPU while its client waits. */
export default defineFunction<'report'>().openapi(generateReport, async (c) => {
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
