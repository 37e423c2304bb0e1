/** Which instances live, by locks that PostgreSQL holds for their connections. */
import { sql } from 'kysely'
import { type FunctionName, functionNames } from '../../model/services.ts'
import type { Db } from '../schema.ts'

// The first half of the keys of our advisory locks. Kysely's migrations and pg-boss use others.
const lockClass = sql.lit(0x10c5)
const electedKey = sql.lit(0)
const keyOf = (name: FunctionName) => sql.lit(1 + functionNames.indexOf(name))

type Key = typeof electedKey

const isHeld = (key: Key) => sql<boolean>`
  exists (
    select from pg_locks where locktype = 'advisory' and pid = pg_backend_pid() and granted
      and classid = ${lockClass} and objid = ${key}
  )
`

async function ask(db: Db, question: ReturnType<typeof sql<{ yes: boolean }>>): Promise<boolean> {
  const { rows } = await question.execute(db)
  return rows[0]?.yes ?? false
}

/**
 * Becomes an instance of a function. If it is the only one, `begin` runs before another can become
 * one: what had been taken for it is lost then.
 * @param db its one connection lives as long as the instance; `remain` when it was lost
 */
export async function appear(
  db: Db,
  name: FunctionName,
  begin: (transaction: Db) => Promise<unknown>,
): Promise<void> {
  const lock = sql`${lockClass}, ${keyOf(name)}`
  // In one transaction, so that a pooler does not part the two locks. The second one outlasts it.
  await db.transaction().execute(async (transaction) => {
    const isAlone = await ask(transaction, sql`select pg_try_advisory_xact_lock(${lock}) as yes`)
    if (isAlone) await begin(transaction)
    await sql`select pg_advisory_lock_shared(${lock})`.execute(transaction)
  })
}

/**
 * Stays an instance of a function, as its locks are lost with the connection that had them. Whether it
 * is the one of all services that looks after the queues.
 */
export const remain = (db: Db, name: FunctionName): Promise<boolean> =>
  ask(
    db,
    sql`
      select
        case when not ${isHeld(keyOf(name))}
          then pg_advisory_lock_shared(${lockClass}, ${keyOf(name)}) end,
        case when ${isHeld(electedKey)} then true
          else pg_try_advisory_lock(${lockClass}, ${electedKey}) end as yes
    `,
  )
