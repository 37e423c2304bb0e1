/** The floor of scenario 4: the same digest on the threads of piscina alone. */
import { availableParallelism } from 'node:os'
import { Piscina } from 'piscina'
import { generateReport } from '../../functions/report/contract.ts'
import type { Digest, DigestRequest } from '../../functions/report/digest.ts'
import { settings } from '../../model/settings.ts'
import { bodyOf } from './contract-schemas.ts'
import { route } from './serve.ts'

const cpuSeconds = Number(process.env.REPORT_CPU_SECONDS ?? settings.REPORT_CPU_SECONDS.default)

export function report() {
  const threads = availableParallelism()
  const pool = new Piscina<DigestRequest, Digest>({
    filename: new URL('../../functions/report/digest.ts', import.meta.url).href,
    minThreads: threads,
    maxThreads: threads,
  })
  return [
    route({
      method: 'POST',
      path: generateReport.path,
      schema: bodyOf(generateReport),
      async answer({ report_type }) {
        const {
          hash,
          iterations,
          cpuSeconds: spent,
        } = await pool.run({
          seed: report_type,
          cpuSeconds,
        })
        const body = {
          status: 'completed',
          report_type,
          report_hash: hash,
          computation_time_seconds: spent,
          iterations,
          timestamp: new Date().toISOString(),
        }
        return { status: 200, body }
      },
    }),
  ]
}
