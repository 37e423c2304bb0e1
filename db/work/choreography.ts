/**
 * The progress of an order whose saga nobody runs: its messages carry it. Each transition is one
 * statement that depends on the step, so that a message that is late, early or double changes
 * nothing. A failed order has its stock back.
 */
import { type RawBuilder, sql } from 'kysely'
import type { Db } from '../schema.ts'
import { holdsStock, type NewOrder, placeOrder } from './sagas.ts'

// Recovery takes over sagas whose lease has expired: one that nobody holds never expires.
const unheld = sql`0, gen_random_uuid(), 'infinity'::timestamptz`

/**
 * Places an order as `pending` and begins its saga, in one statement.
 * @returns the id of the order
 * @throws LeaseLostError if the operation was taken over
 */
export const beginChoreography = (db: Db, order: NewOrder): Promise<number> =>
  placeOrder(db, order, unheld)

/** Notes that the payment of an order has failed: its stock is about to be released. */
export const noteFailedPayment = (db: Db, order_id: number): Promise<unknown> =>
  sql`
    update order_sagas set step = 'compensating', failure = 'payment_refused', updated_at = now()
    where order_id = ${order_id}::integer and step = 'reserving'
  `.execute(db)

/** Completes an order that is paid, if it still holds its stock. */
export const completePaidOrder = (db: Db, order_id: number): Promise<unknown> =>
  sql`
    with ended as (
      update order_sagas set step = 'ended', updated_at = now()
      where order_id = ${order_id}::integer and step = 'reserving'
        and ${holdsStock(sql`${order_id}::integer`)}
      returning order_id
    )
    update orders set status = 'completed' from ended where orders.id = ended.order_id
  `.execute(db)

/** The end of a statement whose step `closed` finds that an order has no stock, or no longer. */
const failClosed = (failure: RawBuilder<unknown>, order_id: number) => sql`
  ended as (
    update order_sagas as saga set step = 'ended', updated_at = now(), failure = ${failure}
    where order_id = ${order_id}::integer and step in ('reserving', 'compensating')
      and exists (select from closed)
    returning order_id
  )
  update orders set status = 'failed' from ended where orders.id = ended.order_id
`

const entryOf = (order_id: number) => sql`
  select from reservations as entry join orders as placed
    on placed.id = entry.order_id and placed.product_id = entry.product_id
  where placed.id = ${order_id}::integer
`

/**
 * Fails an order whose stock is released. The release implies that its payment failed, so it may
 * come first.
 */
export const failReleasedOrder = (db: Db, order_id: number): Promise<unknown> =>
  sql`
    with closed as (${entryOf(order_id)} and entry.compensated_at is not null),
    ${failClosed(sql`coalesce(failure, 'payment_refused')`, order_id)}
  `.execute(db)

/**
 * Fails an order whose reservation was refused. An empty entry prevents a later one. An entry of
 * another quantity is not the order's: its client has used the id of the order.
 */
export const failRejectedOrder = (db: Db, order_id: number): Promise<unknown> =>
  sql`
    with made as (
      insert into reservations (order_id, product_id, quantity, compensated_at)
      select order_id, product_id, 0, now()
      from order_sagas as saga join orders on orders.id = saga.order_id
      where order_id = ${order_id}::integer and step = 'reserving'
      on conflict (order_id, product_id) do nothing returning order_id
    ), closed as (
      select from made
      union all
      ${entryOf(order_id)}
        and (entry.compensated_at is not null or entry.quantity <> placed.quantity)
    ),
    ${failClosed(sql`coalesce(failure, 'not_reserved')`, order_id)}
  `.execute(db)
