import { sql } from 'kysely'
import { type Db, expectedTables, type InventoryItem, type Page, type Product } from '../schema.ts'
import { countRows } from './count-rows.ts'

const shown = ['id', 'name', 'stock'] as const

export const listProducts = (db: Db, { limit, after }: Page): Promise<Product[]> =>
  db
    .selectFrom('products')
    .select(shown)
    .where('id', '>', after)
    .orderBy('id')
    .limit(limit)
    .execute()

export const countProducts = (db: Db): Promise<number> => countRows(db, 'products')

export const findProduct = (db: Db, id: number): Promise<Product | undefined> =>
  db.selectFrom('products').select(shown).where('id', '=', id).executeTakeFirst()

/** A product after an update, and how often it was updated. */
export type UpdatedProduct = Product & { version: number }

/**
 * Writes the given columns and returns the row; `undefined` if there is no such product. Without
 * columns it only reads. What is written makes a new version.
 */
export function updateProduct(
  db: Db,
  id: number,
  columns: Partial<Omit<Product, 'id'>>,
): Promise<UpdatedProduct | undefined> {
  if (Object.keys(columns).length === 0)
    return db
      .selectFrom('products')
      .select(expectedTables.products)
      .where('id', '=', id)
      .executeTakeFirst()
  return db
    .updateTable('products')
    .set({ ...columns, version: sql<number>`version + 1` })
    .where('id', '=', id)
    .returning(expectedTables.products)
    .executeTakeFirst()
}

/** Creates a product, none of which is reserved. */
export const insertProduct = (db: Db, product: Omit<Product, 'id'>): Promise<Product> =>
  db.insertInto('products').values(product).returning(shown).executeTakeFirstOrThrow()

export const listInventory = (db: Db, { limit, after }: Page): Promise<InventoryItem[]> =>
  db
    .selectFrom('inventory_items')
    .select(expectedTables.inventory_items)
    .where('product_id', '>', after)
    .orderBy('product_id')
    .limit(limit)
    .execute()

export const countInventory = (db: Db): Promise<number> => countRows(db, 'inventory_items')
