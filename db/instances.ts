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

// Instances renew their lock every second. Where one process of the server crashes, all of them begin anew, the checkpointer
// among them; who may not see when it did sees at least when the server was started.
const locksAreSettling = sql<boolean>`
  coalesce(
    (select max(backend_start) from pg_stat_activity where backend_type = 'checkpointer'), pg_postmaster_start_time()
  ) > now() - interval '3 seconds'
`

/**
 * Whether the instance that a column names still runs, as an expression. While the server has just started nobody has had the
 * time to take a lock, and everybody counts as alive.
 */
export const ownedByTheLiving = (column: string): RawBuilder<boolean> =>
  sql<boolean>`(exists (${lockOf(sql`${sql.ref(column)}::oid`)}) or ${locksAreSettling})`

/** Whether the server has run long enough for those that live to hold their locks. */
export async function haveLocksSettled(db: Db): Promise<boolean> {
  const { rows } = await sql<{ settling: boolean }>`select ${locksAreSettling} as settling`.execute(
    db,
  )
  return rows[0]?.settling === false
}

/** Holds an instance's lock, taking it anew where the connection was replaced. The pool must have one connection only. */
export async function holdInstanceLock(db: Db, instance: number): Promise<void> {
  await sql`
    select case when exists (${lockOf(sql`${instance}::integer::oid`)} and pid = pg_backend_pid())
      then true else pg_try_advisory_lock(${sql.lit(lockClass)}, ${instance}::integer) end
  `.execute(db)
}
