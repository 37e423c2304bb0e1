import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { openLab } from '../../local/lab.ts'
import { type FunctionName, firstPortOf, functionNames, portOf } from '../../model/services.ts'
import { type StyleName, styles } from '../../model/styles.ts'
import { openRabbitmq } from '../rabbitmq-server.ts'
import { serviceRuntime } from './runtime.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    /** The style of the lab under test. */
    style: StyleName
    /** The address of each function. */
    urls: Record<FunctionName, string>
    /** The lab's database; empty if it is unknown. */
    databaseUrl: string
  }
}

/** Short delays; the suite reads them from the services. */
const delays = { EMAIL_DELAY_MS: '60', PAYMENT_DELAY_MS: '120', REPORT_CPU_SECONDS: '0.3' }

/**
 * Opens a lab on free ports; with BASE_URL, uses the lab there, and DATABASE_URL as its database.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { BASE_URL, DATABASE_URL = '' } = process.env
  const { style, broker } = project.getProvidedContext()
  if (BASE_URL) {
    const first = firstPortOf(styles[style])
    const urlOf = (name: FunctionName) => [name, `${BASE_URL}:${portOf(name, first)}`]
    project.provide('urls', Object.fromEntries(functionNames.map(urlOf)))
    project.provide('databaseUrl', DATABASE_URL)
    project.provide('brokerUrl', '')
    return async () => {}
  }
  const logFolder = await mkdtemp(join(tmpdir(), 'lockstep-contract-'))
  const rabbitmq = style === 'async' && broker === 'rabbitmq' ? await openRabbitmq() : undefined
  await rabbitmq?.trace()
  const lab = await openLab({
    style,
    database: { port: 0 },
    environment: { ...delays, HOST: '127.0.0.1', ...rabbitmq?.settings },
    runtime: await serviceRuntime(),
    logFolder,
  })
  project.provide('urls', lab.urls)
  project.provide('databaseUrl', lab.databaseUrl)
  project.provide('brokerUrl', rabbitmq?.url ?? '')
  return async () => {
    await lab.close()
    await rabbitmq?.close()
    await rm(logFolder, { recursive: true, force: true })
  }
}
