import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { connect } from '../../db/connection/connect.ts'
import { migrateToLatest } from '../../db/migrate.ts'
import { startPostgres } from '../../local/postgres/postgres.ts'
import { freePort } from '../../local/processes/ports.ts'
import { quickestFolder } from '../quickest-folder.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    /** The folder of a stopped embedded PostgreSQL, migrated and seeded; tests copy it. */
    dataFolder: string
  }
}

/** Creates the data of a lab once, because each initdb takes a second of CPU time. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(await quickestFolder(), 'lockstep-data-'))
  // PostgreSQL's account can enter it, as it can enter most project folders.
  await chmod(folder, 0o755)
  const postgres = await startPostgres({ folder, port: await freePort(), disposable: true })
  const { db, close } = connect({ url: postgres.url, max: 1 })
  await migrateToLatest(db)
  await close()
  await postgres.stop()
  project.provide('dataFolder', postgres.folder)
  return () => rm(folder, { recursive: true, force: true })
}
