import { sql } from 'kysely'
import type { Migration } from 'kysely/migration'
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

// Any number that is the same in all processes, and that no other lock has.
const migrationLock = sql.lit(3_853_314)

/**
 * Brings the database to the newest schema, in one transaction. Safe to call from many processes at
 * once: one holds an advisory lock and migrates, and the others wait for it.
 * @returns the names of the migrations that this call ran
 * @throws the error of the database if a migration fails or the server cannot be reached
 */
export const migrateToLatest = (db: Db): Promise<string[]> =>
  db.transaction().execute(async (transaction) => {
    await sql`select pg_advisory_xact_lock(${migrationLock})`.execute(transaction)
    // Late, because most starts find the newest schema.
    const { Migrator } = await import('kysely/migration')
    const migrator = new Migrator({ db: transaction, provider: { getMigrations } })
    const { error, results = [] } = await migrator.migrateToLatest()
    if (error) throw error
    return results.map(({ migrationName }) => migrationName)
  })
