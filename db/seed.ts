import { sql } from 'kysely'
import { codeOf } from './connection/unavailable.ts'
import { migrations } from './migrate.ts'
import type { Db } from './schema.ts'
import { expectedTables } from './schema.ts'
import { queueSchema } from './work/store-messages.ts'

const tables = sql.join(Object.keys(expectedTables).map((table) => sql.table(table)))

// PostgreSQL looks for deadlocks after a second, and may then end the request of a client: a reset
// gives way earlier. https://www.postgresql.org/docs/current/errcodes-appendix.html
const lockTimeoutMs = 200
const isLocked = (error: unknown) => ['55P03', '40P01'].includes(codeOf(error) ?? '')
const attempts = 50

/**
 * Creates all tables again and empties the queues, in one transaction: the migrations write the
 * seed, each as it was when it was new. It waits between the requests of running services.
 * @throws Error of the database, such as that its tables stayed in use
 */
export async function resetToSeed(db: Db): Promise<void> {
  for (let attempt = 1; ; attempt++)
    try {
      return await createAgain(db)
    } catch (error) {
      if (attempt === attempts || !isLocked(error)) throw error
    }
}

const createAgain = (db: Db): Promise<void> =>
  db.transaction().execute(async (transaction) => {
    await sql`set local lock_timeout = ${sql.lit(lockTimeoutMs)}`.execute(transaction)
    await sql`drop table ${tables}`.execute(transaction)
    await emptyQueues(transaction)
    for (const load of Object.values(migrations)) await (await load()).up(transaction)
  })

/** Deletes all messages, if there are queues. These stay, because running services know them. */
async function emptyQueues(db: Db): Promise<void> {
  const jobs = `${queueSchema}.job`
  const { rows } = await sql`select where to_regclass(${jobs}) is not null`.execute(db)
  if (rows.length > 0) await sql`truncate ${sql.table(jobs)}`.execute(db)
}
