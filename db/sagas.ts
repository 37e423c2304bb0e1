/** How far each order's saga has come. A step is on record before it is taken, and only who holds the token may take it. */
import { sql } from 'kysely'
import { noteSubject, type OperationKey } from './idempotency.ts'
import { ownedByTheLiving } from './instances.ts'
import type { Db, OrderStatus, SagaStep } from './schema.ts'

/** An order that is being worked on, and what proves that one may. */
export type Saga = { order_id: number; token: string }

export type AbandonedSaga = Saga & { product_id: number; quantity: number }

/** What an order is placed with, and by whom. */
export type Placement = {
  product_id: number
  quantity: number
  owner: number
  token: string
  /** The operation that asked for it, where its client named it. */
  operation?: OperationKey | undefined
}

/** Places an order as `pending`, and puts its saga on record, in one statement. */
export async function beginSaga(db: Db, { product_id, quantity, owner, token, operation }: Placement): Promise<Saga> {
  const placed = db
    .with('made', (query) =>
      query.insertInto('orders').values({ product_id, quantity, status: 'pending' }).returning('id'),
    )
    .with('begun', (query) =>
      query
        .insertInto('order_sagas')
        .columns(['order_id', 'step', 'owner', 'token'])
        .expression((eb) =>
          eb
            .selectFrom('made')
            .select([
              'id',
              sql<SagaStep>`'reserving'`.as('step'),
              sql<number>`${owner}::integer`.as('owner'),
              sql<string>`${token}::uuid`.as('token'),
            ]),
        )
        .returning('order_id'),
    )
  const noted = operation ? placed.with('noted', (query) => noteSubject(query, operation)) : placed
  const { id } = await noted.selectFrom('made').select('id').executeTakeFirstOrThrow()
  return { order_id: id, token }
}

/** Puts the next step on record; false where somebody else has taken the saga over. */
export async function takeStep(db: Db, { order_id, token }: Saga, step: SagaStep): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('order_sagas')
    .set({ step, updated_at: sql<Date>`now()` })
    .where('order_id', '=', order_id)
    .where('token', '=', token)
    .where('step', '<>', 'ended')
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

/** Ends a saga and its order, in one statement; false where somebody else has taken it over. */
export async function endSaga(
  db: Db,
  { order_id, token }: Saga,
  status: Exclude<OrderStatus, 'pending'>,
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .with('ended', (query) =>
      query
        .updateTable('order_sagas')
        .set({ step: 'ended', updated_at: sql<Date>`now()` })
        .where('order_id', '=', order_id)
        .where('token', '=', token)
        .where('step', '<>', 'ended')
        .returning('order_id'),
    )
    .updateTable('orders')
    .from('ended')
    .set({ status })
    .whereRef('orders.id', '=', 'ended.order_id')
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

export type AbandonedQuery = {
  /** The instance that asks, and the tokens of what it is working on itself. */
  instance: number
  inFlight: Iterable<string>
  limit: number
}

/** Sagas that have not ended and that nobody works on, the oldest first. */
export const listAbandonedSagas = (db: Db, { instance, inFlight, limit }: AbandonedQuery): Promise<AbandonedSaga[]> =>
  db
    .selectFrom('order_sagas as saga')
    .innerJoin('orders', 'orders.id', 'saga.order_id')
    .select(['saga.order_id', 'saga.token', 'orders.product_id', 'orders.quantity'])
    .where('saga.step', '<>', 'ended')
    .where(
      sql<boolean>`case when saga.owner = ${instance} then saga.token <> all (${[...inFlight]}::uuid[])
        else not ${ownedByTheLiving('saga.owner')} end`,
    )
    .orderBy('saga.order_id')
    .limit(limit)
    .execute()

/** Takes an unfinished saga over, to compensate it; false where somebody else was faster. */
export async function takeOverSaga(
  db: Db,
  { order_id, token }: Saga,
  by: { owner: number; token: string },
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('order_sagas')
    .set({ ...by, step: 'compensating', updated_at: sql<Date>`now()` })
    .where('order_id', '=', order_id)
    .where('token', '=', token)
    .where('step', '<>', 'ended')
    .executeTakeFirst()
  return numUpdatedRows > 0n
}
