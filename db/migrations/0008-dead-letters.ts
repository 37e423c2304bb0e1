import { type Kysely, sql } from 'kysely'

/** Messages that were given up. They stay until a person decides. */
// biome-ignore lint/suspicious/noExplicitAny: a migration must not follow the newest types
export async function up(db: Kysely<any>): Promise<void> {
  await db.schema
    .createTable('dead_letters')
    .addColumn('queue', 'varchar', (column) => column.notNull())
    .addColumn('message_id', 'varchar', (column) => column.notNull())
    // Of type json: jsonb refuses a text with \u0000, and a message may be anything.
    .addColumn('message', 'json', (column) => column.notNull())
    .addColumn('reason', 'varchar', (column) => column.notNull())
    .addColumn('attempts', 'integer', (column) => column.notNull())
    .addColumn('first_at', 'timestamptz', (column) => column.notNull())
    .addColumn('last_at', 'timestamptz', (column) => column.notNull().defaultTo(sql`now()`))
    .addPrimaryKeyConstraint('dead_letters_pkey', ['queue', 'message_id'])
    .execute()
}

// biome-ignore lint/suspicious/noExplicitAny: as above
export async function down(db: Kysely<any>): Promise<void> {
  await db.schema.dropTable('dead_letters').execute()
}
