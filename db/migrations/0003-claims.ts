import { type Kysely, sql } from 'kysely'

/**
 * When a saga began and why it failed; which attempt holds an operation, and its answer byte for
 * byte.
 */
// biome-ignore lint/suspicious/noExplicitAny: a migration must not follow the newest types
export async function up(db: Kysely<any>): Promise<void> {
  await sql`
    alter table order_sagas add column begun_at timestamptz not null default now(), add column failure varchar
  `.execute(db)
  await sql`update order_sagas set begun_at = updated_at`.execute(db)
  // Recovery takes the sagas that have waited longest, a few at a time.
  await sql`drop index order_sagas_unfinished`.execute(db)
  await sql`create index order_sagas_unfinished on order_sagas (updated_at) where step <> 'ended'`.execute(
    db,
  )
  // jsonb sorts the fields of an object, so a replay would differ from the first answer.
  await sql`
    alter table idempotency_keys
      add column token uuid not null default gen_random_uuid(), alter column answer type json using answer::json
  `.execute(db)
}

// biome-ignore lint/suspicious/noExplicitAny: as above
export async function down(db: Kysely<any>): Promise<void> {
  await sql`alter table idempotency_keys drop column token, alter column answer type jsonb using answer::jsonb`.execute(
    db,
  )
  await sql`drop index order_sagas_unfinished`.execute(db)
  await sql`create index order_sagas_unfinished on order_sagas (order_id) where step <> 'ended'`.execute(
    db,
  )
  await sql`alter table order_sagas drop column failure, drop column begun_at`.execute(db)
}
