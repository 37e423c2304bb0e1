/**
 * Which instances of a service live. Each holds an advisory lock on a connection of its own, which ends with the process,
 * however that ends. https://www.postgresql.org/docs/current/explicit-locking.html#ADVISORY-LOCKS
 */
import { type RawBuilder, sql } from 'kysely'
import type { Db } from './schema.ts'

// "LOCK", so that these locks are told from those of others.
const lockClass = 0x4c4f434b

const lockOf = (instance: RawBuilder<unknown>) => sql`
  select from pg_locks where locktype = 'advisory' and objsubid = 2 and classid = ${sql.lit(lockClass)}::oid and objid = ${instance}
    and database = (select oid from pg_database where datname = current_database())
`

/** Whether the instance that a column names still runs, as an expression. */
export const ownedByTheLiving = (column: string): RawBuilder<boolean> =>
  sql<boolean>`exists (${lockOf(sql`${sql.ref(column)}::oid`)})`

/** Holds an instance's lock, taking it anew where the connection was replaced. The pool must have one connection only. */
export async function holdInstanceLock(db: Db, instance: number): Promise<void> {
  await sql`
    select case when exists (${lockOf(sql`${instance}::integer::oid`)} and pid = pg_backend_pid())
      then true else pg_try_advisory_lock(${sql.lit(lockClass)}, ${instance}::integer) end
  `.execute(db)
}
