/** Messages that were stored with a change, and wait to be published by a broker of their own. */
import { sql } from 'kysely'
import { type QueueName, queueNames } from '../../model/messages.ts'
import type { Db } from '../schema.ts'
import { queueSchema } from './store-messages.ts'

const jobs = sql.table(`${queueSchema}.job`)

export type Stored = { id: string; queue: QueueName; message: unknown; storedAt: Date }

/**
 * The oldest messages that nobody else is publishing. They are this transaction's until it ends, so
 * that those of a process that was killed are free at once.
 */
export async function takeStored(db: Db, most: number): Promise<Stored[]> {
  const { rows } = await sql<Stored>`
    select id, name as queue, data as message, created_on as "storedAt" from ${jobs}
    where name = any (${queueNames}::text[]) and state < 'active' and start_after <= now()
    order by created_on limit ${most}
    for update skip locked
  `.execute(db)
  return rows
}

/**
 * Deletes messages that were published, in the transaction that has taken them. A message has the
 * same id in each of its queues, and may have reached only one of them.
 */
export async function deleteStored(db: Db, published: readonly Stored[]): Promise<void> {
  const names = published.map(({ queue }) => queue)
  const ids = published.map(({ id }) => id)
  await sql`
    delete from ${jobs} as job using unnest(${names}::text[], ${ids}::uuid[]) as published (name, id)
    where job.name = published.name and job.id = published.id
  `.execute(db)
}
