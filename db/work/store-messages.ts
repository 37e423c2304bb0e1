import { fromKysely, PgBoss } from 'pg-boss'
import type { QueueName } from '../../model/messages.ts'
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
