/** Ten services on a PostgreSQL of their own, on free ports. */
import { randomUUID } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Audit, auditLedger } from '../../db/audit.ts'
import { connect } from '../../db/connect.ts'
import { type Lab, startLab } from '../../local/lab.ts'
import { freePort } from '../../local/ports.ts'
import { startPostgres } from '../../local/postgres.ts'
import { type FunctionName, services, urlVariable } from '../../model/services.ts'

export type OwnLab = {
  lab: Lab
  audit: () => Promise<Audit>
  /** The lines of a service's log that speak of a fault. */
  faultsOf: (name: FunctionName) => Promise<string[]>
  /** What a service was started with, to start it again. */
  configuration: (name: FunctionName) => { environment: Record<string, string>; logFolder: string }
  /** What all services have logged, those that have ended included. */
  readLogs: () => Promise<string>
  close: () => Promise<void>
}

export async function openLab(environment: Record<string, string> = {}): Promise<OwnLab> {
  const given = { HOST: '127.0.0.1', ...environment }
  const folder = await mkdtemp(join(tmpdir(), 'lockstep-resilience-'))
  const postgres = await startPostgres({
    folder: join(folder, 'postgres'),
    port: await freePort(),
    maxConnections: 300,
  })
  const lab = await startLab({
    databaseUrl: postgres.url,
    environment: given,
    logFolder: join(folder, 'logs'),
  })
  const { urls } = lab
  const admin = connect({ url: postgres.url, max: 1 })
  return {
    lab,
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
        DATABASE_URL: postgres.url,
        ...Object.fromEntries(
          services[name].calls.map((callee) => [urlVariable(callee), urls[callee]]),
        ),
      },
      // A start begins its log anew: each has a folder of its own.
      logFolder: join(folder, `again-${randomUUID()}`),
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
      await postgres.stop()
      for (const path of [folder, postgres.folder]) await rm(path, { recursive: true, force: true })
    },
  }
}

/** One sample of a service's metrics, summed over its labels. */
export async function sampleOf(url: string, name: string): Promise<number> {
  const lines = (await (await fetch(`${url}/metrics`)).text()).split('\n')
  const mine = lines.filter((line) => line.startsWith(`${name} `) || line.startsWith(`${name}{`))
  return mine.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0)
}

/** Memory that a service holds, in MiB. */
export const residentMiB = async (url: string): Promise<number> =>
  (await sampleOf(url, 'process_resident_memory_bytes')) / 2 ** 20
