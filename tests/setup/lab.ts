import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { startLab } from '../../local/lab.ts'
import { freePort } from '../../local/ports.ts'
import { startPostgres } from '../../local/postgres.ts'
import { type FunctionName, functionNames, services } from '../../model/services.ts'
import { serviceRuntime } from './runtime.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    /** Where each function answers. */
    urls: Record<FunctionName, string>
    /** The lab's own database; empty where it is not known. */
    databaseUrl: string
  }
}

/** Short enough for a test; the suite asks the services how long they are. */
const delays = { EMAIL_DELAY_MS: '60', PAYMENT_DELAY_MS: '120', REPORT_CPU_SECONDS: '0.3' }

/** Starts ten services on free ports, or takes those at BASE_URL, and DATABASE_URL as their database. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { BASE_URL, DATABASE_URL = '' } = process.env
  if (BASE_URL) {
    const urlOf = (name: FunctionName) => [name, `${BASE_URL}:${services[name].port}`]
    project.provide('urls', Object.fromEntries(functionNames.map(urlOf)))
    project.provide('databaseUrl', DATABASE_URL)
    return async () => {}
  }
  const folder = await mkdtemp(join(tmpdir(), 'lockstep-contract-'))
  const postgres = await startPostgres({ folder: join(folder, 'postgres'), port: await freePort() })
  const lab = await startLab({
    databaseUrl: postgres.url,
    environment: { ...delays, HOST: '127.0.0.1' },
    runtime: await serviceRuntime(),
    logFolder: join(folder, 'logs'),
  })
  project.provide('urls', lab.urls)
  project.provide('databaseUrl', postgres.url)
  return async () => {
    await lab.stop()
    await postgres.stop()
    await rm(folder, { recursive: true, force: true })
    await rm(postgres.folder, { recursive: true, force: true })
  }
}
