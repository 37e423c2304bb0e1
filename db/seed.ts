import { sql } from 'kysely'
import type { Db } from './schema.ts'

const products = [
  { name: 'Laptop', stock: 50 },
  { name: 'Mouse', stock: 100 },
  { name: 'Keyboard', stock: 75 },
]

/** Writes the study's rows into empty tables: products 1 to 3, and nothing reserved of each. */
export async function writeSeed(db: Db): Promise<void> {
  const rows = await db.insertInto('products').values(products).returning('id').execute()
  await db
    .insertInto('inventory_items')
    .values(rows.map(({ id }) => ({ product_id: id, reserved: 0 })))
    .execute()
}

/** Empties all tables, starts their ids at 1 again and writes the seed, all or nothing. */
export async function resetToSeed(db: Db): Promise<void> {
  await db.transaction().execute(async (transaction) => {
    await sql`
      truncate users, products, orders, inventory_items, reservations, order_sagas, idempotency_keys restart identity
    `.execute(transaction)
    await writeSeed(transaction)
  })
}
