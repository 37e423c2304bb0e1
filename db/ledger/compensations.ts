/** Releases the stock of orders: once each, and only if the order no longer needs it. */
import { type RawBuilder, sql } from 'kysely'
import type { Db } from '../schema.ts'
import { giveBack, totalOf } from './reservations.ts'

/** The outcome of a release; `total` is the reserved quantity of the product afterwards. */
export type Release = { outcome: 'released'; total: number } | { outcome: 'needed' }

/** What is known of the payment of an order beside its saga. */
export type Evidence = {
  /** It has failed, so the order cannot complete, even if its saga has not heard of it yet. */
  paymentFailed?: boolean
}

type Stock = { order_id: number; product_id: number } & Evidence

/** The order of that id, if it is for this product. */
const orderOf = ({ order_id, product_id }: Stock) => sql`
  select status, step from orders left join order_sagas on order_sagas.order_id = orders.id
  where orders.id = ${order_id} and orders.product_id = ${product_id}
`

// An order in these states never needs its stock again, so the answer stays true after it was read.
const needsNoStock = ({ paymentFailed = false }: Stock) =>
  paymentFailed
    ? sql`status <> 'completed'`
    : sql`(status = 'failed' or step is not distinct from 'compensating')`

/**
 * Releases the reservation of an order, once. If there is none, an empty entry prevents a later
 * one. An order that has completed or may still complete keeps its stock. An id without an order
 * belongs to its client.
 */
export async function compensateOrder(
  db: Db,
  order_id: number,
  product_id: number,
  evidence: Evidence = {},
): Promise<Release> {
  const stock = { order_id, product_id, ...evidence }
  const isOver = sql`exists (
    select from (${orderOf(stock)}) as ordered where ${needsNoStock(stock)}
  )`
  const total = await release(db, stock, isOver)
  if (total !== undefined) return { outcome: 'released', total }
  return db.transaction().execute((transaction) => releaseLocked(transaction, stock))
}

/**
 * Closes an order's entry and subtracts it from the reserved quantity, in one statement;
 * `undefined` if nothing changed. It locks the entry before the product, in the same order as a
 * reservation, so the two cannot deadlock.
 */
async function release(
  db: Db,
  { order_id, product_id }: Stock,
  condition: RawBuilder<unknown>,
): Promise<number | undefined> {
  const isEntry = sql`
    order_id = ${order_id} and product_id = ${product_id} and compensated_at is null
  `
  const { rows } = await sql<{ reserved: number }>`
    with held as (
      select from reservations where ${isEntry} and ${condition} for update
    ), item as (
      select reserved from inventory_items
      where product_id = ${product_id} and exists (select from held) for update
    ), entry as (
      update reservations set compensated_at = now(), given_back = least(quantity, item.reserved)
      from item where order_id = ${order_id} and reservations.product_id = ${product_id}
        and compensated_at is null
      returning given_back
    )
    ${giveBack(product_id)}
  `.execute(db)
  return rows[0]?.reserved
}

/**
 * The same in several statements, each of which sees what was committed before it: for an id
 * without an order, and for an entry that is closed or that another transaction is just inserting.
 * `for update` keeps the entry locked, so an order that is placed meanwhile completes with its
 * stock or not at all.
 */
async function releaseLocked(db: Db, stock: Stock): Promise<Release> {
  const { order_id, product_id } = stock
  const isNeeded = sql`exists (
    select from (${orderOf(stock)}) as ordered where not ${needsNoStock(stock)}
  )`
  await sql`
    insert into reservations (order_id, product_id, quantity, compensated_at)
    select ${order_id}::integer, ${product_id}::integer, 0, now() where not ${isNeeded}
    on conflict (order_id, product_id) do nothing
  `.execute(db)
  await sql`
    select from reservations where order_id = ${order_id} and product_id = ${product_id} for update
  `.execute(db)
  const { rows } = await sql<{ needed: boolean }>`select ${isNeeded} as needed`.execute(db)
  if (rows[0]?.needed) return { outcome: 'needed' }
  const total = await release(db, stock, sql`true`)
  return { outcome: 'released', total: total ?? (await totalOf(db, product_id)) }
}
