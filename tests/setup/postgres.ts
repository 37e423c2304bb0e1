import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { connect } from '../../db/connection/connect.ts'
import { migrateToLatest } from '../../db/migrate.ts'
import { startPostgres } from '../../local/postgres/postgres.ts'
import { freePort } from '../../local/processes/ports.ts'
import { quickestFolder } from '../quickest-folder.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    /** The server's URL; its database is the migrated and seeded template of all test databases. */
    templateUrl: string
    /** The server's URL for its superuser. */
    adminUrl: string
  }
}

type Server = {
  url: string
  adminUrl: string
  /** Ends the use of one project; the last one deletes the server. */
  release: () => Promise<void>
}

// Each project loads this file anew; all of them use one server.
const run = globalThis as { lockstepServer?: Promise<Server>; lockstepUsers?: number }

async function start(): Promise<Server> {
  const folder = await mkdtemp(join(await quickestFolder(), 'lockstep-test-'))
  const port = await freePort()
  const postgres = await startPostgres({ folder, port, disposable: true, maxConnections: 500 })
  const template = connect({ url: postgres.url, max: 1 })
  await migrateToLatest(template.db)
  await template.close()
  const release = async () => {
    run.lockstepUsers = (run.lockstepUsers ?? 1) - 1
    if (run.lockstepUsers > 0) return
    await postgres.stop()
    await rm(folder, { recursive: true, force: true })
  }
  return { url: postgres.url, adminUrl: postgres.adminUrl, release }
}

/** The PostgreSQL of this test run, whose first user starts it. */
export function useServer(): Promise<Server> {
  run.lockstepUsers = (run.lockstepUsers ?? 0) + 1
  run.lockstepServer ??= start()
  return run.lockstepServer
}

/** Provides a real PostgreSQL for this test run. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { url, adminUrl, release } = await useServer()
  project.provide('templateUrl', url)
  project.provide('adminUrl', adminUrl)
  return release
}
