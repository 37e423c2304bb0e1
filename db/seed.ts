import { sql } from 'kysely'
import { seed } from './migrations/0001-tables.ts'
import type { Db } from './schema.ts'
import { expectedTables } from './schema.ts'

const tables = sql.join(Object.keys(expectedTables).map((table) => sql.table(table)))

/** Empties all tables, restarts their ids at 1 and writes the seed, in one transaction. */
export async function resetToSeed(db: Db): Promise<void> {
  await db.transaction().execute(async (transaction) => {
    await sql`truncate ${tables} restart identity`.execute(transaction)
    await seed(transaction)
  })
}
