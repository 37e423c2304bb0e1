import type { Kysely } from 'kysely'

const products = [
  { name: 'Laptop', stock: 50 },
  { name: 'Mouse', stock: 100 },
  { name: 'Keyboard', stock: 75 },
]

/** Writes the rows of the study into empty tables: products 1 to 3, none of them reserved. */
// biome-ignore lint/suspicious/noExplicitAny: a migration must not follow the newest types
async function seed(db: Kysely<any>): Promise<void> {
  const rows = await db.insertInto('products').values(products).returning('id').execute()
  await db
    .insertInto('inventory_items')
    .values(rows.map(({ id }) => ({ product_id: id, reserved: 0 })))
    .execute()
}

/** The study's four tables, with its column names and types, and its seed. */
// biome-ignore lint/suspicious/noExplicitAny: as above
export async function up(db: Kysely<any>): Promise<void> {
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
  await seed(db)
}

// biome-ignore lint/suspicious/noExplicitAny: as above
export async function down(db: Kysely<any>): Promise<void> {
  for (const table of ['inventory_items', 'orders', 'products', 'users'])
    await db.schema.dropTable(table).execute()
}
