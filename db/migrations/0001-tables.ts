import type { Db } from '../schema.ts'
import { writeSeed } from '../seed.ts'

/** The study's four tables, with its column names and types, and its seed. */
export async function up(db: Db): Promise<void> {
  await db.schema
    .createTable('users')
    .addColumn('id', 'serial', (column) => column.primaryKey())
    .addColumn('email', 'varchar', (column) => column.unique().notNull())
    .execute()
  await db.schema
    .createTable('products')
    .addColumn('id', 'serial', (column) => column.primaryKey())
    .addColumn('name', 'varchar', (column) => column.notNull())
    .addColumn('stock', 'integer', (column) => column.defaultTo(0))
    .execute()
  await db.schema
    .createTable('orders')
    .addColumn('id', 'serial', (column) => column.primaryKey())
    .addColumn('product_id', 'integer', (column) => column.notNull())
    .addColumn('quantity', 'integer', (column) => column.defaultTo(1))
    .addColumn('status', 'varchar', (column) => column.notNull())
    .execute()
  await db.schema
    .createTable('inventory_items')
    .addColumn('product_id', 'integer', (column) => column.primaryKey())
    .addColumn('reserved', 'integer', (column) => column.defaultTo(0))
    .execute()
  await writeSeed(db)
}

export async function down(db: Db): Promise<void> {
  for (const table of ['inventory_items', 'orders', 'products', 'users'])
    await db.schema.dropTable(table).execute()
}
