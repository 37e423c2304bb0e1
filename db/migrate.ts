import { Migrator } from 'kysely/migration'
import * as tables from './migrations/0001-tables.ts'
import * as ledger from './migrations/0002-ledger.ts'
import * as claims from './migrations/0003-claims.ts'
import * as addressDomains from './migrations/0004-address-domains.ts'
import * as retention from './migrations/0005-retention.ts'
import * as leases from './migrations/0006-leases.ts'
import type { Db } from './schema.ts'

// A table instead of a folder that is read, so that the program can be bundled into one file.
const migrations = {
  '0001-tables': tables,
  '0002-ledger': ledger,
  '0003-claims': claims,
  '0004-address-domains': addressDomains,
  '0005-retention': retention,
  '0006-leases': leases,
}

export const migrationNames: readonly string[] = Object.keys(migrations)

/**
 * Brings the database to the newest schema. Safe to call from many processes at once: Kysely's
 * Migrator holds an advisory lock, so one migrates and the others wait for it.
 * @returns the names of the migrations that this call ran
 * @throws the error of the database if a migration fails or the server cannot be reached
 */
export async function migrateToLatest(db: Db): Promise<string[]> {
  const migrator = new Migrator({ db, provider: { getMigrations: async () => migrations } })
  const { error, results = [] } = await migrator.migrateToLatest()
  if (error) throw error
  return results.map(({ migrationName }) => migrationName)
}
