/** Sagas whose instance is gone or has given them up, and how another one takes them over. */
import { type RawBuilder, sql } from 'kysely'
import { ownedByTheLiving } from './instances.ts'
import type { AbandonedSaga, Saga } from './sagas.ts'
import type { Db, SagaFailure } from './schema.ts'

/** Who asks: the instance, and the tokens of what it is working on itself. */
export type Asking = { instance: number; inFlight: Iterable<string> }

const isAbandoned = ({ instance, inFlight }: Asking): RawBuilder<boolean> =>
  sql<boolean>`case when saga.owner = ${instance} then saga.token <> all (${[...inFlight]}::uuid[])
    else not ${ownedByTheLiving('saga.owner')} end`

/** Sagas that have not ended and that nobody works on: first those that have waited longest for somebody to try. */
export const listAbandonedSagas = (
  db: Db,
  { limit, ...asking }: Asking & { limit: number },
): Promise<AbandonedSaga[]> =>
  db
    .selectFrom('order_sagas as saga')
    .innerJoin('orders', 'orders.id', 'saga.order_id')
    .select(['saga.order_id', 'saga.token', 'orders.product_id', 'orders.quantity'])
    .where('saga.step', '<>', 'ended')
    .where(isAbandoned(asking))
    .orderBy('saga.updated_at')
    .limit(limit)
    .execute()

/** The number of all of them. */
export async function countAbandonedSagas(db: Db, asking: Asking): Promise<number> {
  const { count } = await db
    .selectFrom('order_sagas as saga')
    .select(sql<number>`count(*)::integer`.as('count'))
    .where('saga.step', '<>', 'ended')
    .where(isAbandoned(asking))
    .executeTakeFirstOrThrow()
  return count
}

// Who had not come to paying has not paid; who had, may have.
const failureSoFar = sql<SagaFailure>`
  coalesce(failure, case step when 'reserving' then 'not_reserved' else 'payment_unknown' end)
`

/** Takes an unfinished saga over, to compensate it; false where somebody else was faster. */
export async function takeOverSaga(
  db: Db,
  { order_id, token }: Saga,
  by: { owner: number; token: string },
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('order_sagas')
    .set({ ...by, step: 'compensating', failure: failureSoFar, updated_at: sql<Date>`now()` })
    .where('order_id', '=', order_id)
    .where('token', '=', token)
    .where('step', '<>', 'ended')
    .executeTakeFirst()
  return numUpdatedRows > 0n
}
