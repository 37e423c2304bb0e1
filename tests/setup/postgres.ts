import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { connect } from '../../db/connection/connect.ts'
import { migrateToLatest } from '../../db/migrate.ts'
import { startPostgres } from '../../local/postgres/postgres.ts'
import { freePort } from '../../local/processes/ports.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    /** The server's URL; its database is the migrated and seeded template of all test databases. */
    templateUrl: string
    /** The server's URL for its superuser. */
    adminUrl: string
  }
}

/** Starts a real PostgreSQL for this test run, and deletes it at the end. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'lockstep-test-'))
  const postgres = await startPostgres({ folder, port: await freePort(), disposable: true })
  const template = connect({ url: postgres.url, max: 1 })
  await migrateToLatest(template.db)
  await template.close()
  project.provide('templateUrl', postgres.url)
  project.provide('adminUrl', postgres.adminUrl)
  return async () => {
    await postgres.stop()
    await rm(folder, { recursive: true, force: true })
  }
}
