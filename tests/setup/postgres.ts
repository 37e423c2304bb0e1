import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { connect } from '../../db/connect.ts'
import { migrateToLatest } from '../../db/migrate.ts'
import { startPostgres } from '../../runtime/local/postgres.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    /** The server's URL; its database is the migrated and seeded template of every test's own. */
    templateUrl: string
  }
}

/** A port that is free right now. */
export const freePort = () =>
  new Promise<number>((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number }
      server.close(() => resolve(port))
    })
  })

/** Starts a real PostgreSQL for this run of tests, and throws it away at the end. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'lockstep-test-'))
  const postgres = await startPostgres({ folder, port: await freePort() })
  const template = connect({ url: postgres.url, max: 1 })
  await migrateToLatest(template.db)
  await template.close()
  project.provide('templateUrl', postgres.url)
  return async () => {
    await postgres.stop()
    await rm(folder, { recursive: true, force: true })
  }
}
