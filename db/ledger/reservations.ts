/**
 * The ledger of stock: each change of `inventory_items.reserved` has its entry in the same
 * statement.
 */
import { sql } from 'kysely'
import { maxInteger } from '../../model/setting.ts'
import type { Db } from '../schema.ts'

/** A reservation: with an order id it is idempotent, without one each request reserves again. */
export type Booking = { product_id: number; quantity: number; order_id?: number | null | undefined }

/** The outcome of a reservation; `total` is the reserved quantity of the product afterwards. */
export type Reserved =
  | { outcome: 'reserved'; total: number }
  | { outcome: 'too_many' }
  | { outcome: 'compensated_before' }
  | { outcome: 'not_of_order' }
  | { outcome: 'reserved_before'; quantity: number; total: number }

// "Numeric value out of range". https://www.postgresql.org/docs/current/errcodes-appendix.html
const outOfRange = '22003'

// Its error would end the transaction of a delivery, so only reservations of the same moment meet it.
const fitsProduct = ({ product_id, quantity }: Booking) => sql`not exists (
  select from inventory_items
  where product_id = ${product_id} and reserved > ${maxInteger - quantity}::integer
)`

/** The reserved quantity of a product; 0 for an unknown one. */
export async function totalOf(db: Db, product_id: number): Promise<number> {
  const item = await db
    .selectFrom('inventory_items')
    .select('reserved')
    .where('product_id', '=', product_id)
    .executeTakeFirst()
  return item?.reserved ?? 0
}

// An order that ends without a reservation inserts an empty entry, so this check cannot be outdated
// by its end: the insert below would conflict.
const fitsOrder = ({ product_id, quantity, order_id = null }: Booking) => sql`not exists (
  select from orders where id = ${order_id}::integer
    and (status <> 'pending' or product_id <> ${product_id} or quantity <> ${quantity})
)`

/**
 * Reserves stock, and creates the row of an unknown product. An earlier reservation or release of
 * the same order stays as it is. For an order that has ended, or of another product or quantity,
 * nothing is reserved.
 */
export async function reserveStock(db: Db, booking: Booking): Promise<Reserved> {
  const { product_id, quantity, order_id = null } = booking
  const booked = await sql<{ reserved: number }>`
    with entry as (
      insert into reservations (order_id, product_id, quantity)
      select ${order_id}::integer, ${product_id}::integer, ${quantity}::integer
      where ${fitsOrder(booking)} and ${fitsProduct(booking)}
      on conflict (order_id, product_id) do nothing
      returning quantity
    )
    insert into inventory_items as item (product_id, reserved)
    select ${product_id}::integer, quantity from entry
    on conflict (product_id) do update set reserved = item.reserved + excluded.reserved
    returning reserved
  `
    .execute(db)
    .catch((error: Error & { code?: string }) => {
      if (error.code !== outOfRange) throw error
    })
  if (!booked) return { outcome: 'too_many' }
  const [row] = booked.rows
  return row ? { outcome: 'reserved', total: row.reserved } : findReserved(db, booking)
}

const findEntry = (db: Db, product_id: number, order_id: number | null) =>
  db
    .selectFrom('reservations')
    .select(['quantity', 'compensated_at'])
    .where('product_id', '=', product_id)
    .where('order_id', '=', order_id)
    .executeTakeFirst()

/** Why nothing was reserved now. */
async function findReserved(
  db: Db,
  { product_id, quantity: wanted, order_id = null }: Booking,
): Promise<Reserved> {
  const entry = await findEntry(db, product_id, order_id)
  const total = await totalOf(db, product_id)
  if (!entry) return { outcome: total > maxInteger - wanted ? 'too_many' : 'not_of_order' }
  const { quantity, compensated_at } = entry
  return compensated_at
    ? { outcome: 'compensated_before' }
    : { outcome: 'reserved_before', quantity, total }
}

/** The end of a statement whose entry gives stock back; it returns the reserved quantity. */
export const giveBack = (product_id: number) => sql`
  update inventory_items set reserved = reserved - given_back from entry
  where product_id = ${product_id}
  returning reserved
`

/**
 * Releases a quantity that belongs to no order, never below 0. `for update`, so that two releases
 * cannot both subtract the same stock.
 * @returns the reserved quantity afterwards; `undefined` for an unknown product
 */
export async function compensateQuantity(
  db: Db,
  product_id: number,
  quantity: number,
): Promise<number | undefined> {
  const { rows } = await sql<{ reserved: number }>`
    with item as (
      select least(reserved, ${quantity}::integer) as given_back from inventory_items
      where product_id = ${product_id} for update
    ), entry as (
      insert into reservations (product_id, quantity, given_back, compensated_at)
      select ${product_id}::integer, 0, given_back, now() from item
      returning given_back
    )
    ${giveBack(product_id)}
  `.execute(db)
  return rows[0]?.reserved
}
