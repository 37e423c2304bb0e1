/** A lab with its own PostgreSQL on free ports. Tests restart its services and audit it. */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect } from '../../db/connection/connect.ts'
import { type Audit, auditLedger } from '../../db/ledger/audit.ts'
import type { Db } from '../../db/schema.ts'
import { type OpenLab, openLab } from '../../local/lab.ts'
import { foreignMetrics } from '../../model/metrics.ts'
import { type FunctionName, services, urlVariable } from '../../model/services.ts'
import type { StyleName } from '../../model/styles.ts'
import { sumOf } from '../metric-sums.ts'
import { metricsAt } from '../service-metrics.ts'

export type OwnLab = {
  lab: OpenLab
  db: Db
  audit: () => Promise<Audit>
  /** The lines of a service's log that report a fault. */
  faultsOf: (name: FunctionName) => Promise<string[]>
  /** The environment of a service, to start it again. */
  configuration: (name: FunctionName) => { environment: Record<string, string>; logFolder: string }
  /** The logs of all services, including those that have ended. */
  readLogs: () => Promise<string>
  close: () => Promise<void>
}

export async function openOwnLab(
  environment: Record<string, string> = {},
  options: { runtime?: string; style?: StyleName } = {},
): Promise<OwnLab> {
  const given = { HOST: '127.0.0.1', ...environment }
  const folder = await mkdtemp(join(tmpdir(), 'lockstep-resilience-'))
  const lab = await openLab({
    database: { port: 0, maxConnections: 300 },
    environment: given,
    logFolder: join(folder, 'logs'),
    ...options,
  })
  const { urls, databaseUrl } = lab
  const admin = connect({ url: databaseUrl, max: 1 })
  return {
    lab,
    db: admin.db,
    audit: () => auditLedger(admin.db, { pendingLimitSeconds: 60 }),
    async faultsOf(name) {
      const service = lab.services.find((candidate) => candidate.name === name)
      const lines = (await readFile(service?.logFile ?? '', 'utf8')).split('\n')
      return lines.filter(
        (line) => /"level":"(error|fatal)"/.test(line) || (line !== '' && !line.startsWith('{')),
      )
    },
    configuration: (name) => ({
      environment: {
        ...given,
        DATABASE_URL: databaseUrl,
        ...Object.fromEntries(
          services[name].calls.map((callee) => [urlVariable(callee), urls[callee]]),
        ),
      },
      logFolder: join(folder, 'logs'),
    }),
    async readLogs() {
      const files = (await readdir(folder, { recursive: true })).filter((file) =>
        file.endsWith('service.log'),
      )
      return (await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')))).join('')
    },
    async close() {
      await lab.kill()
      await admin.close()
      await lab.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** One metric of a service, summed over its labels. */
export const sampleOf = async (url: string, name: string): Promise<number> =>
  sumOf(await metricsAt(url, [name]), name)

/** Resident memory of a service, in MiB. */
export const residentMiB = async (url: string): Promise<number> =>
  (await sampleOf(url, foreignMetrics.processMemory)) / 2 ** 20
