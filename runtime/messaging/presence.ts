/** Which instances live, by locks that PostgreSQL holds for their connections. */
import { sql } from 'kysely'
import type { Db } from '../../db/schema.ts'
import { type FunctionName, functionNames } from '../../model/services.ts'

// The first half of the keys of our advisory locks. Kysely's migrations and pg-boss use others.
const lockClass = 0x10c5
const electedKey = 0
const keyOf = (name: FunctionName) => 1 + functionNames.indexOf(name)

async function ask(db: Db, question: ReturnType<typeof sql<{ yes: boolean }>>): Promise<boolean> {
  const { rows } = await question.execute(db)
  return rows[0]?.yes ?? false
}

/**
 * Becomes an instance of a function. If it is the only one, `begin` runs before another can become
 * one: what had been taken for it is lost then.
 * @param db its one connection lives as long as the instance
 */
export async function appear(
  db: Db,
  name: FunctionName,
  begin: () => Promise<unknown>,
): Promise<void> {
  const lock = sql`${sql.lit(lockClass)}, ${sql.lit(keyOf(name))}`
  // In one transaction, so that a pooler does not part the two locks. The second one outlasts it.
  await db.transaction().execute(async (transaction) => {
    const isAlone = await ask(transaction, sql`select pg_try_advisory_xact_lock(${lock}) as yes`)
    if (isAlone) await begin()
    await sql`select pg_advisory_lock_shared(${lock})`.execute(transaction)
  })
}

/** Whether this instance is the one of all services that looks after the queues. */
export const isElected = (db: Db): Promise<boolean> =>
  ask(
    db,
    sql`
      select case
        when exists (
          select from pg_locks where locktype = 'advisory' and pid = pg_backend_pid()
            and classid = ${sql.lit(lockClass)} and objid = ${sql.lit(electedKey)}
        ) then true
        else pg_try_advisory_lock(${sql.lit(lockClass)}, ${sql.lit(electedKey)})
      end as yes
    `,
  )
