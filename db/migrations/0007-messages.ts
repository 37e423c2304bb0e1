import { type Kysely, sql } from 'kysely'

/** The record of handled messages, jobs, and the version of each product. */
// biome-ignore lint/suspicious/noExplicitAny: a migration must not follow the newest types
export async function up(db: Kysely<any>): Promise<void> {
  // A row when it was written, not when its transaction began: the end of the work counts.
  await sql`
    create table inbox (
      consumer text not null,
      message_id uuid not null,
      correlation_id text not null,
      subject text,
      occurred_at timestamptz not null,
      accepted_at timestamptz not null,
      handled_at timestamptz not null default clock_timestamp(),
      primary key (consumer, message_id)
    )
  `.execute(db)
  await sql`create index inbox_correlation on inbox (correlation_id)`.execute(db)
  await sql`create index inbox_age on inbox (handled_at)`.execute(db)
  await sql`
    create table jobs (
      id text primary key,
      status text not null default 'queued'
        check (status in ('queued', 'processing', 'completed', 'failed')),
      result json,
      reason text,
      accepted_at timestamptz not null default now(),
      completed_at timestamptz
    )
  `.execute(db)
  await sql`create index jobs_age on jobs (completed_at) where completed_at is not null`.execute(db)
  await sql`alter table products add column version integer not null default 0`.execute(db)
}

// biome-ignore lint/suspicious/noExplicitAny: as above
export async function down(db: Kysely<any>): Promise<void> {
  await sql`alter table products drop column version`.execute(db)
  await sql`drop table jobs, inbox`.execute(db)
}
