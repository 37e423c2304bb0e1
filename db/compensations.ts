/** Giving back what orders have reserved: once each, and only what the order does not need any more. */
import { type RawBuilder, sql } from 'kysely'
import { totalOf } from './reservations.ts'
import type { Db } from './schema.ts'

/** What giving back came to; `total` is what is reserved of the product now. */
export type GivenBack = { outcome: 'given_back'; total: number } | { outcome: 'needed' }

type Stock = { order_id: number; product_id: number }

/** The order of that id, if it is one of this product. */
const orderOf = ({ order_id, product_id }: Stock) => sql`
  select status, step from orders left join order_sagas on order_sagas.order_id = orders.id
  where orders.id = ${order_id} and orders.product_id = ${product_id}
`

// An order never leaves these states for one in which it needs its stock, so what was read stays true.
const needsNoStock = sql`(status = 'failed' or step is not distinct from 'compensating')`

/**
 * Gives back what an order has reserved, once; if it has reserved nothing, that is on record from now on. An order that has
 * completed, or that may still complete, keeps its stock. An id that no order has is its client's own.
 */
export async function compensateOrder(
  db: Db,
  order_id: number,
  product_id: number,
): Promise<GivenBack> {
  const stock = { order_id, product_id }
  const isOver = sql`exists (select from (${orderOf(stock)}) as ordered where ${needsNoStock})`
  const total = await giveBack(db, stock, isOver)
  if (total !== undefined) return { outcome: 'given_back', total }
  return db.transaction().execute((transaction) => giveBackLocked(transaction, stock))
}

/**
 * Closes an order's entry and takes its stock off what is reserved, in one statement; `undefined` if it changed nothing. It locks
 * the entry before the product, as reserving does.
 */
async function giveBack(
  db: Db,
  { order_id, product_id }: Stock,
  condition: RawBuilder<unknown>,
): Promise<number | undefined> {
  const isEntry = sql`order_id = ${order_id} and product_id = ${product_id} and compensated_at is null`
  const { rows } = await sql<{ reserved: number }>`
    with held as (
      select from reservations where ${isEntry} and ${condition} for update
    ), item as (
      select reserved from inventory_items where product_id = ${product_id} and exists (select from held) for update
    ), entry as (
      update reservations set compensated_at = now(), given_back = least(quantity, item.reserved) from item
      where order_id = ${order_id} and reservations.product_id = ${product_id} and compensated_at is null
      returning given_back
    )
    update inventory_items set reserved = reserved - given_back from entry where product_id = ${product_id}
    returning reserved
  `.execute(db)
  return rows[0]?.reserved
}

/**
 * The same step by step, each with what has been committed until then: for an id that no order has yet, and for an entry that is
 * closed already, or that comes to be just now. The entry stays locked, so that an order that is placed meanwhile completes with its
 * stock or not at all.
 */
async function giveBackLocked(db: Db, stock: Stock): Promise<GivenBack> {
  const { order_id, product_id } = stock
  const isNeeded = sql`exists (select from (${orderOf(stock)}) as ordered where not ${needsNoStock})`
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
  const total = await giveBack(db, stock, sql`true`)
  return { outcome: 'given_back', total: total ?? (await totalOf(db, product_id)) }
}
