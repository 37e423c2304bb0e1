import { type Kysely, sql } from 'kysely'

/** Old keys are found by their age. Ended sagas need no index: low order ids are the oldest. */
// biome-ignore lint/suspicious/noExplicitAny: a migration must not follow the newest types
export async function up(db: Kysely<any>): Promise<void> {
  await sql`create index idempotency_keys_age on idempotency_keys (created_at)`.execute(db)
}

// biome-ignore lint/suspicious/noExplicitAny: as above
export async function down(db: Kysely<any>): Promise<void> {
  await sql`drop index idempotency_keys_age`.execute(db)
}
