import { type Kysely, sql } from 'kysely'

/**
 * Leases on rows replace locks of sessions. Existing rows get an expired lease, so that recovery
 * ends their sagas.
 */
// biome-ignore lint/suspicious/noExplicitAny: a migration must not follow the newest types
export async function up(db: Kysely<any>): Promise<void> {
  for (const table of ['order_sagas', 'idempotency_keys']) {
    await db.schema.alterTable(table).renameColumn('owner', 'lease_holder').execute()
    await db.schema.alterTable(table).renameColumn('token', 'lease_token').execute()
    await db.schema
      .alterTable(table)
      .addColumn('lease_expires_at', 'timestamptz', (column) =>
        column.notNull().defaultTo(sql`now()`),
      )
      .execute()
  }
  // Renewals find tokens among the keys without an answer, which are few.
  await sql`create index idempotency_keys_leased on idempotency_keys (lease_token) where status is null`.execute(
    db,
  )
}

// biome-ignore lint/suspicious/noExplicitAny: as above
export async function down(db: Kysely<any>): Promise<void> {
  await sql`drop index idempotency_keys_leased`.execute(db)
  for (const table of ['order_sagas', 'idempotency_keys']) {
    await db.schema.alterTable(table).dropColumn('lease_expires_at').execute()
    await db.schema.alterTable(table).renameColumn('lease_token', 'token').execute()
    await db.schema.alterTable(table).renameColumn('lease_holder', 'owner').execute()
  }
}
