import { sql } from 'kysely'
import { countRows } from './count-rows.ts'
import { type Db, type InventoryItem, maxInteger, type Page } from './schema.ts'

/** One page of inventory items, ordered by product. */
export const listInventory = (db: Db, { limit, after }: Page): Promise<InventoryItem[]> =>
  db
    .selectFrom('inventory_items')
    .selectAll()
    .where('product_id', '>', after)
    .orderBy('product_id')
    .limit(limit)
    .execute()

/** The number of all inventory items. */
export const countInventory = (db: Db): Promise<number> => countRows(db, 'inventory_items')

/**
 * Adds `quantity` to what is reserved of a product, creating its row where there is none. One statement, so that
 * reservations at the same time never lose an update; `undefined` where `reserved` would pass the largest `integer`.
 */
export const reserveStock = (db: Db, product_id: number, quantity: number): Promise<InventoryItem | undefined> =>
  db
    .insertInto('inventory_items')
    .values({ product_id, reserved: quantity })
    .onConflict((conflict) =>
      conflict
        .column('product_id')
        .doUpdateSet({ reserved: sql<number>`inventory_items.reserved + excluded.reserved` })
        .where('inventory_items.reserved', '<=', maxInteger - quantity),
    )
    .returningAll()
    .executeTakeFirst()

/** Takes `quantity` off what is reserved of a product, never below 0; `undefined` where the product has no row. */
export const compensateStock = (db: Db, product_id: number, quantity: number): Promise<InventoryItem | undefined> =>
  db
    .updateTable('inventory_items')
    .set({ reserved: sql<number>`greatest(reserved - ${quantity}::integer, 0)` })
    .where('product_id', '=', product_id)
    .returningAll()
    .executeTakeFirst()
