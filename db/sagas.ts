/** How far each order's saga has come. A step is on record before it is taken, and only who holds the token may take it. */
import { sql } from 'kysely'
import { heldClaim, noteSubject, type Operation } from './idempotency.ts'
import { LeaseLostError } from './leases.ts'
import type { Db, Order, OrderStatus, SagaFailure, SagaStep } from './schema.ts'

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
  operation?: Operation | undefined
}

/**
 * Places an order as `pending`, and puts its saga on record, in one statement.
 * @throws LeaseLostError
 */
export async function beginSaga(
  db: Db,
  { product_id, quantity, owner, token, operation }: Placement,
): Promise<Saga> {
  const { rows } = await sql<{ id: number }>`
    with mine as (${operation ? heldClaim(operation) : sql`select`}), made as (
      insert into orders (product_id, quantity, status)
      select ${product_id}::integer, ${quantity}::integer, 'pending' from mine returning id
    ), begun as (
      insert into order_sagas (order_id, step, owner, token)
      select id, 'reserving', ${owner}::integer, ${token}::uuid from made
    ) ${operation ? sql`, noted as (${noteSubject(operation)})` : sql``}
    select id from made
  `.execute(db)
  if (!rows[0]) throw new LeaseLostError()
  return { order_id: rows[0].id, token }
}

/** Puts the next step on record, and why the saga fails where it does; false where somebody else has taken it over. */
export async function takeStep(
  db: Db,
  { order_id, token }: Saga,
  step: SagaStep,
  failure?: SagaFailure,
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('order_sagas')
    .set({ step, updated_at: sql<Date>`now()`, ...(failure && { failure }) })
    .where('order_id', '=', order_id)
    .where('token', '=', token)
    .where('step', '<>', 'ended')
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

// Locked, so that nothing gives it back while the order completes with it.
const holdsStock = (order_id: number) => sql<boolean>`exists (
  select from reservations where order_id = ${order_id} and compensated_at is null
    and product_id = (select product_id from orders where id = ${order_id}) for share
)`

/**
 * Ends a saga and its order, in one statement; false if another instance has taken it over, or if the order was to complete and
 * its stock was given back.
 */
export async function endSaga(
  db: Db,
  { order_id, token }: Saga,
  status: Exclude<OrderStatus, 'pending'>,
  failure?: SagaFailure,
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .with('ended', (query) =>
      query
        .updateTable('order_sagas')
        .set({ step: 'ended', updated_at: sql<Date>`now()`, ...(failure && { failure }) })
        .where('order_id', '=', order_id)
        .where('token', '=', token)
        .where('step', '<>', 'ended')
        .$if(status === 'completed', (update) => update.where(holdsStock(order_id)))
        .returning('order_id'),
    )
    .updateTable('orders')
    .from('ended')
    .set({ status })
    .whereRef('orders.id', '=', 'ended.order_id')
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

/**
 * Fails an order whose reservation was refused, and sees to it that nothing can be reserved for it any more; false if something
 * is booked for it all the same, or if another instance has taken it over.
 */
export async function endUnreserved(db: Db, { order_id, token }: Saga): Promise<boolean> {
  const { numAffectedRows } = await sql`
    with closed as (
      insert into reservations (order_id, product_id, quantity, compensated_at)
      select order_id, product_id, 0, now() from order_sagas as saga join orders on orders.id = saga.order_id
      where order_id = ${order_id} and token = ${token} and step <> 'ended'
      on conflict (order_id, product_id) do nothing returning order_id
    ), ended as (
      update order_sagas as saga set step = 'ended', failure = 'not_reserved', updated_at = now() from closed
      where saga.order_id = closed.order_id and saga.token = ${token} and saga.step <> 'ended'
      returning saga.order_id
    )
    update orders set status = 'failed' from ended where orders.id = ended.order_id
  `.execute(db)
  return numAffectedRows === 1n
}

/** An order, and why it failed where that is known. */
export const findOutcome = (
  db: Db,
  order_id: number,
): Promise<(Order & { failure: SagaFailure | null }) | undefined> =>
  db
    .selectFrom('orders')
    .leftJoin('order_sagas as saga', 'saga.order_id', 'orders.id')
    .selectAll('orders')
    .select('saga.failure')
    .where('orders.id', '=', order_id)
    .executeTakeFirst()
