/** Sagas whose instance is gone or has given them up, and how another one takes them over. */
import { type RawBuilder, sql } from 'kysely'
import { ownedByTheLiving } from './instances.ts'
import type { AbandonedSaga, Saga } from './sagas.ts'
import type { Db } from './schema.ts'

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

const unnested = (sagas: readonly Saga[]) => sql`
  unnest(${sagas.map(({ order_id }) => order_id)}::integer[], ${sagas.map(({ token }) => token)}::uuid[]) as held (order_id, token)
`

// Who had not come to paying has not paid; who had, may have.
const failureSoFar = sql`coalesce(failure, case step when 'reserving' then 'not_reserved' else 'payment_unknown' end)`

/**
 * Takes unfinished sagas over for an instance, to compensate them.
 * @returns those where nobody was faster, with the tokens that prove it
 */
export async function takeOverSagas(
  db: Db,
  sagas: readonly AbandonedSaga[],
  owner: number,
): Promise<AbandonedSaga[]> {
  const { rows } = await sql<Saga>`
    with left_behind as (
      select order_id from order_sagas join ${unnested(sagas)} using (order_id, token)
      where step <> 'ended' for update of order_sagas skip locked
    )
    update order_sagas as saga
    set owner = ${owner}, token = gen_random_uuid(), step = 'compensating', failure = ${failureSoFar}, updated_at = now()
    from left_behind where saga.order_id = left_behind.order_id
    returning saga.order_id, saga.token
  `.execute(db)
  const tokens = new Map(rows.map(({ order_id, token }) => [order_id, token]))
  return sagas.flatMap((saga) => {
    const token = tokens.get(saga.order_id)
    return token === undefined ? [] : [{ ...saga, token }]
  })
}

/** Ends sagas whose stock was given back, and fails their orders; returns how many, without those that somebody has taken over. */
export async function failSagas(db: Db, sagas: readonly Saga[]): Promise<number> {
  const { numAffectedRows } = await sql`
    with ended as (
      update order_sagas as saga set step = 'ended', updated_at = now() from ${unnested(sagas)}
      where saga.order_id = held.order_id and saga.token = held.token and saga.step <> 'ended'
      returning saga.order_id
    )
    update orders set status = 'failed' from ended where orders.id = ended.order_id
  `.execute(db)
  return Number(numAffectedRows)
}
