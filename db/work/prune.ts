/** Deletes old keys, ended work and records of messages, a few rows at a time, so that no request waits for a lock. */
import { type RawBuilder, sql } from 'kysely'
import type { Db } from '../schema.ts'

export type PruneOptions = {
  /** How long they are kept, in hours. */
  hours: number
  /** Largest number of rows that one statement deletes. */
  limit: number
}

const expired = (column: string, hours: number): RawBuilder<boolean> =>
  sql<boolean>`${sql.ref(column)} < now() - make_interval(hours => ${hours}::integer)`

/**
 * Deletes old keys; returns how many. `skip locked`, so that instances that prune at the same time
 * delete different rows instead of waiting for each other.
 */
export async function pruneKeys(db: Db, { hours, limit }: PruneOptions): Promise<number> {
  const { numAffectedRows } = await sql`
    delete from idempotency_keys where (operation, key) in (
      select operation, key from idempotency_keys where ${expired('created_at', hours)}
      order by created_at limit ${limit} for update skip locked
    )
  `.execute(db)
  return Number(numAffectedRows)
}

/**
 * Deletes ended sagas; returns how many. Their orders and reservations stay, so the ledger still
 * balances. Only the sagas of the lowest order ids are examined: ids grow with time, so these are
 * the oldest, and no index on the age is needed.
 */
export async function pruneSagas(db: Db, { hours, limit }: PruneOptions): Promise<number> {
  const { numAffectedRows } = await sql`
    delete from order_sagas where order_id in (
      select order_id from (
        select order_id, updated_at from order_sagas where step = 'ended'
        order by order_id limit ${limit} for update skip locked
      ) as oldest where ${expired('updated_at', hours)}
    )
  `.execute(db)
  return Number(numAffectedRows)
}

/** Deletes old records of handled messages; returns how many. */
export async function pruneInbox(db: Db, { hours, limit }: PruneOptions): Promise<number> {
  const { numAffectedRows } = await sql`
    delete from inbox where (consumer, message_id) in (
      select consumer, message_id from inbox where ${expired('handled_at', hours)}
      order by handled_at limit ${limit} for update skip locked
    )
  `.execute(db)
  return Number(numAffectedRows)
}

/** Deletes jobs that ended long ago; returns how many. */
export async function pruneJobs(db: Db, { hours, limit }: PruneOptions): Promise<number> {
  const { numAffectedRows } = await sql`
    delete from jobs where id in (
      select id from jobs where ${expired('completed_at', hours)}
      order by completed_at limit ${limit} for update skip locked
    )
  `.execute(db)
  return Number(numAffectedRows)
}
