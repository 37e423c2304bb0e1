/**
 * Messages that were given up: a message that breaks its schema, or that has failed too often. They
 * are rows and not jobs of a broker, so that each broker's are listed in one way, and so that a
 * message leaves its queue in the transaction in which it becomes a dead letter.
 */
import { sql } from 'kysely'
import type { QueueName } from '../../model/messages.ts'
import type { Db } from '../schema.ts'

export type DeadLetter = {
  queue: QueueName
  /** The id of the message. */
  id: string
  /** The message as it was stored; not an envelope if that is why it was given up. */
  message: unknown
  reason: string
  /** Its deliveries. */
  attempts: number
  /** When it was stored. */
  firstAt: Date
  /** When it was given up. */
  lastAt: Date
}

/** The dead letters of a queue, or the one with an id. */
export type Choice = { queue: QueueName; id?: string | undefined }

/** Stores a message that is given up. If it is one already, such as after a crash, `firstAt` stays. */
export async function buryMessage(
  db: Db,
  { queue, id, message, reason, attempts, firstAt }: Omit<DeadLetter, 'lastAt'>,
): Promise<void> {
  const row = { queue, message_id: id, message: JSON.stringify(message), reason, attempts }
  await db
    .insertInto('dead_letters')
    .values({ ...row, first_at: firstAt })
    .onConflict((conflict) =>
      conflict
        .columns(['queue', 'message_id'])
        .doUpdateSet({ reason, attempts, last_at: sql<Date>`now()` }),
    )
    .execute()
}

/** The dead letters of all queues, the oldest first. */
export const listDeadLetters = (db: Db, limit: number): Promise<DeadLetter[]> =>
  db
    .selectFrom('dead_letters')
    .select(['queue', 'message_id as id', 'message', 'reason', 'attempts'])
    .select(['first_at as firstAt', 'last_at as lastAt'])
    .orderBy('last_at')
    .orderBy('message_id')
    .limit(limit)
    .execute()

/** How many dead letters each queue has; a queue without any is absent. */
export async function countDeadLetters(db: Db): Promise<Map<QueueName, number>> {
  const counts = await db
    .selectFrom('dead_letters')
    .select((eb) => ['queue', eb.fn.countAll<string>().as('count')])
    .groupBy('queue')
    .orderBy('queue')
    .execute()
  return new Map(counts.map(({ queue, count }) => [queue, Number(count)]))
}

/** Deletes dead letters; returns their messages, the oldest first. */
export async function dropDeadLetters(db: Db, { queue, id }: Choice): Promise<unknown[]> {
  const dropped = await db
    .deleteFrom('dead_letters')
    .where('queue', '=', queue)
    .$if(id !== undefined, (query) => query.where('message_id', '=', id as string))
    .returning(['message', 'last_at'])
    .execute()
  dropped.sort((one, other) => one.last_at.getTime() - other.last_at.getTime())
  return dropped.map(({ message }) => message)
}

/**
 * Puts dead letters back into their queue, each as it was, so with the id of its message: the
 * inbox then knows whether it has been handled meanwhile. Their attempts begin at 0.
 * @param store stores messages in a queue, in the transaction that it gets
 * @returns how many
 */
export const redriveDeadLetters = (
  db: Db,
  choice: Choice,
  store: (db: Db, queue: QueueName, messages: readonly unknown[]) => Promise<void>,
): Promise<number> =>
  db.transaction().execute(async (transaction) => {
    const messages = await dropDeadLetters(transaction, choice)
    if (messages.length > 0) await store(transaction, choice.queue, messages)
    return messages.length
  })
