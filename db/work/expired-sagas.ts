/** Sagas that their holder left unfinished, and how recovery takes them over and ends them. */
import { sql } from 'kysely'
import type { Db } from '../schema.ts'
import { expiryOf, isExpired, type Lease } from './leases.ts'

/** An unfinished saga that was taken over, and the stock that its order may have reserved. */
export type ExpiredSaga = { order_id: number; product_id: number; quantity: number }

// A literal: a kept plan uses the partial index only if no parameter stands for the step.
const isUnfinished = sql<boolean>`saga.step <> 'ended'`

/** The number of unfinished sagas whose lease has expired. */
export async function countExpiredSagas(db: Db): Promise<number> {
  const { count } = await db
    .selectFrom('order_sagas as saga')
    .select(sql<number>`count(*)::integer`.as('count'))
    .where(isUnfinished)
    .where(isExpired('saga'))
    .executeTakeFirstOrThrow()
  return count
}

// Before the step `paying` nothing was paid; after it, the payment may have succeeded.
const failureSoFar = sql`coalesce(
  failure, case step when 'reserving' then 'not_reserved' else 'payment_unknown' end
)`

/**
 * Takes over at most `limit` sagas whose lease has expired, to compensate them, those with the
 * oldest last step first. `skip locked`: the row may be locked by another instance that takes it
 * over, or by its holder that stores a step. Waiting for either would only delay the other sagas of
 * the batch.
 */
export async function takeOverSagas(db: Db, lease: Lease, limit: number): Promise<ExpiredSaga[]> {
  const { rows } = await sql<ExpiredSaga>`
    with expired as (
      select order_id from order_sagas as saga where ${isUnfinished} and ${isExpired('saga')}
      order by updated_at limit ${limit} for update skip locked
    )
    update order_sagas as saga
    set lease_holder = ${lease.holder}, lease_token = ${lease.token},
      lease_expires_at = ${expiryOf(lease)},
      step = 'compensating', failure = ${failureSoFar}, updated_at = now()
    from expired join orders on orders.id = expired.order_id where saga.order_id = expired.order_id
    returning saga.order_id, orders.product_id, orders.quantity
  `.execute(db)
  return rows
}

/**
 * Ends sagas whose stock is released, and fails their orders.
 * @returns how many, without those whose lease was lost
 */
export async function failSagas(
  db: Db,
  { token }: Lease,
  sagas: readonly ExpiredSaga[],
): Promise<number> {
  const ids = sagas.map(({ order_id }) => order_id)
  const { numAffectedRows } = await sql`
    with ended as (
      update order_sagas set step = 'ended', updated_at = now()
      where order_id = any (${ids}::integer[]) and lease_token = ${token} and step <> 'ended'
      returning order_id
    )
    update orders set status = 'failed' from ended where orders.id = ended.order_id
  `.execute(db)
  return Number(numAffectedRows)
}

/**
 * Expires the lease of sagas that their holder leaves unfinished, so that recovery need not wait
 * for the term.
 */
export const releaseSagas = (db: Db, { token }: Lease): Promise<unknown> =>
  sql`
    update order_sagas set lease_expires_at = now() where step <> 'ended' and lease_token = ${token}
  `.execute(db)
