/** Deletes what has ended and is kept for a time only, a few rows at a time, so that nothing waits for it. */
import { type RawBuilder, sql } from 'kysely'
import type { Db } from './schema.ts'

export type PruneOptions = {
  /** How long keys and ended sagas are kept, in hours. */
  hours: number
  /** Rows that one statement deletes at most. */
  limit: number
}

const expired = (column: string, hours: number): RawBuilder<boolean> =>
  sql<boolean>`${sql.ref(column)} < now() - make_interval(hours => ${hours}::integer)`

/** Deletes keys that are not repeated any more; returns how many. Instances that do so at once take different ones. */
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
 * Deletes sagas that have ended; returns how many. Their orders and reservations stay, so that the ledger still balances. It looks
 * at the oldest ones only: order ids grow with time.
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
