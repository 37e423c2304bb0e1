import { type Kysely, sql } from 'kysely'

/** The ledger of stock, the progress of each saga, and stored answers. */
// biome-ignore lint/suspicious/noExplicitAny: a migration must not follow the newest types
export async function up(db: Kysely<any>): Promise<void> {
  await db.schema
    .createTable('reservations')
    .addColumn('id', 'serial', (column) => column.primaryKey())
    .addColumn('order_id', 'integer')
    .addColumn('product_id', 'integer', (column) => column.notNull())
    .addColumn('quantity', 'integer', (column) => column.notNull())
    .addColumn('given_back', 'integer', (column) => column.notNull().defaultTo(0))
    .addColumn('compensated_at', 'timestamptz')
    .addColumn('created_at', 'timestamptz', (column) => column.notNull().defaultTo(sql`now()`))
    // Nulls are distinct, so entries without an order never conflict.
    .addUniqueConstraint('reservations_once_per_order', ['order_id', 'product_id'])
    .execute()
  await db.schema
    .createTable('order_sagas')
    .addColumn('order_id', 'integer', (column) => column.primaryKey())
    .addColumn('step', 'varchar', (column) => column.notNull())
    .addColumn('owner', 'integer', (column) => column.notNull())
    .addColumn('token', 'uuid', (column) => column.notNull())
    .addColumn('updated_at', 'timestamptz', (column) => column.notNull().defaultTo(sql`now()`))
    .execute()
  await sql`create index order_sagas_unfinished on order_sagas (order_id) where step <> 'ended'`.execute(
    db,
  )
  await db.schema
    .createTable('idempotency_keys')
    .addColumn('operation', 'varchar', (column) => column.notNull())
    .addColumn('key', 'varchar', (column) => column.notNull())
    .addColumn('request_hash', 'varchar', (column) => column.notNull())
    .addColumn('owner', 'integer', (column) => column.notNull())
    .addColumn('subject_id', 'integer')
    .addColumn('status', 'integer')
    .addColumn('answer', 'jsonb')
    .addColumn('created_at', 'timestamptz', (column) => column.notNull().defaultTo(sql`now()`))
    .addPrimaryKeyConstraint('idempotency_keys_pkey', ['operation', 'key'])
    .execute()
  await carryOver(db)
}

/**
 * Earlier reservations become the opening balance. Pending orders get a saga without a holder, and
 * recovery ends them.
 */
// biome-ignore lint/suspicious/noExplicitAny: as above
async function carryOver(db: Kysely<any>): Promise<void> {
  await sql`
    insert into reservations (product_id, quantity) select product_id, reserved from inventory_items where reserved > 0
  `.execute(db)
  await sql`
    insert into order_sagas (order_id, step, owner, token) select id, 'reserving', 0, gen_random_uuid() from orders where status = 'pending'
  `.execute(db)
}

// biome-ignore lint/suspicious/noExplicitAny: as above
export async function down(db: Kysely<any>): Promise<void> {
  for (const table of ['idempotency_keys', 'order_sagas', 'reservations'])
    await db.schema.dropTable(table).execute()
}
