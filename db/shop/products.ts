import { type Db, expectedTables, type InventoryItem, type Page, type Product } from '../schema.ts'
import { countRows } from './count-rows.ts'

export const listProducts = (db: Db, { limit, after }: Page): Promise<Product[]> =>
  db
    .selectFrom('products')
    .select(expectedTables.products)
    .where('id', '>', after)
    .orderBy('id')
    .limit(limit)
    .execute()

export const countProducts = (db: Db): Promise<number> => countRows(db, 'products')

export const findProduct = (db: Db, id: number): Promise<Product | undefined> =>
  db.selectFrom('products').select(expectedTables.products).where('id', '=', id).executeTakeFirst()

/**
 * Writes the given columns and returns the row; `undefined` if there is no such product. Without
 * columns it only reads.
 */
export function updateProduct(
  db: Db,
  id: number,
  columns: Partial<Omit<Product, 'id'>>,
): Promise<Product | undefined> {
  if (Object.keys(columns).length === 0) return findProduct(db, id)
  return db
    .updateTable('products')
    .set(columns)
    .where('id', '=', id)
    .returning(expectedTables.products)
    .executeTakeFirst()
}

export const listInventory = (db: Db, { limit, after }: Page): Promise<InventoryItem[]> =>
  db
    .selectFrom('inventory_items')
    .select(expectedTables.inventory_items)
    .where('product_id', '>', after)
    .orderBy('product_id')
    .limit(limit)
    .execute()

export const countInventory = (db: Db): Promise<number> => countRows(db, 'inventory_items')
