import { type Db, expectedTables, type InventoryItem, type Page } from '../schema.ts'
import { countRows } from './count-rows.ts'

export const listInventory = (db: Db, { limit, after }: Page): Promise<InventoryItem[]> =>
  db
    .selectFrom('inventory_items')
    .select(expectedTables.inventory_items)
    .where('product_id', '>', after)
    .orderBy('product_id')
    .limit(limit)
    .execute()

export const countInventory = (db: Db): Promise<number> => countRows(db, 'inventory_items')
