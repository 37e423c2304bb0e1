import { sql } from 'kysely'
import { migrations } from './migrate.ts'
import type { Db } from './schema.ts'
import { expectedTables } from './schema.ts'

const tables = sql.join(Object.keys(expectedTables).map((table) => sql.table(table)))

/**
 * Creates all tables again, in one transaction: the migrations write the seed, each as it was when
 * it was new.
 */
export async function resetToSeed(db: Db): Promise<void> {
  await db.transaction().execute(async (transaction) => {
    await sql`drop table ${tables}`.execute(transaction)
    for (const load of Object.values(migrations)) await (await load()).up(transaction)
  })
}
