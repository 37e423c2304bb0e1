import { type Migration, Migrator } from 'kysely/migration'
import type { Db } from './schema.ts'

// Listed, because a bundle has no folder to read.
export const migrations = {
  // generated from db/migrations/ by npm run generate: migrations
  '0001-tables': () => import('./migrations/0001-tables.ts'),
  '0002-ledger': () => import('./migrations/0002-ledger.ts'),
  '0003-claims': () => import('./migrations/0003-claims.ts'),
  '0004-address-domains': () => import('./migrations/0004-address-domains.ts'),
  '0005-retention': () => import('./migrations/0005-retention.ts'),
  '0006-leases': () => import('./migrations/0006-leases.ts'),
  '0007-messages': () => import('./migrations/0007-messages.ts'),
  '0008-dead-letters': () => import('./migrations/0008-dead-letters.ts'),
  // end: migrations
}

export const migrationNames: readonly string[] = Object.keys(migrations)

async function getMigrations(): Promise<Record<string, Migration>> {
  const loaded = Object.entries(migrations).map(async ([name, load]) => [name, await load()])
  return Object.fromEntries(await Promise.all(loaded))
}

/**
 * Brings the database to the newest schema. Safe to call from many processes at once: Kysely's
 * Migrator holds an advisory lock, so one migrates and the others wait for it.
 * @returns the names of the migrations that this call ran
 * @throws the error of the database if a migration fails or the server cannot be reached
 */
export async function migrateToLatest(db: Db): Promise<string[]> {
  const migrator = new Migrator({ db, provider: { getMigrations } })
  const { error, results = [] } = await migrator.migrateToLatest()
  if (error) throw error
  return results.map(({ migrationName }) => migrationName)
}
