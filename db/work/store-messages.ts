import { sql } from 'kysely'
import { fromKysely, PgBoss } from 'pg-boss'
import type { Envelope, QueueName } from '../../model/messages.ts'
import { type Places, prepare } from '../connection/prepare.ts'
import type { Db } from '../schema.ts'

/** The schema of pg-boss's tables. */
export const queueSchema = 'pgboss'

/** Whether a taken message was not finished in time, as a condition on the table of jobs. */
export const isOverdue =
  "state = 'active' and started_on + make_interval(secs => expire_seconds) < now()"

/** Stores messages in a queue, in the transaction that it gets. */
export async function storeMessages(
  db: Db,
  queue: QueueName,
  messages: readonly unknown[],
): Promise<void> {
  // It is not started: it opens no connection, and looks after no queue.
  const boss = new PgBoss({ db: fromKysely(db), schema: queueSchema })
  await boss.insert(
    queue,
    messages.map((data) => ({ data: data as object })),
  )
}

// The columns that a queue gives to its jobs.
const ofQueue = sql.raw(
  `expire_seconds, deletion_seconds, retry_limit, retry_delay, retry_backoff, retry_delay_max,
   policy, dead_letter, heartbeat_seconds`,
)

const insertNew = prepare((db, values: Places<{ queue: QueueName; messages: string }>) => ({
  compile: () =>
    sql`
      insert into ${sql.table(`${queueSchema}.job`)} (id, name, data, keep_until, ${ofQueue})
      select (message ->> 'id')::uuid, name, message,
        now() + make_interval(secs => retention_seconds), ${ofQueue}
      from ${sql.table(`${queueSchema}.queue`)}, jsonb_array_elements(${values.messages}::jsonb)
        as message
      where name = ${values.queue}
    `.compile(db),
}))

/**
 * Stores new messages in a queue that notifies nobody. pg-boss's own statement looks for twenty
 * options in each message, and for the place of a random id in the index: a third more of
 * PostgreSQL's CPU.
 * @throws Error if there is no such queue, or if one of the messages is in it
 */
export async function storeNewMessages(
  db: Db,
  queue: QueueName,
  messages: readonly Envelope[],
): Promise<void> {
  const stored = await insertNew(db, { queue, messages: JSON.stringify(messages) })
  if (Number(stored.numAffectedRows) !== messages.length)
    throw new Error(`Queue ${queue} does not exist`)
}
