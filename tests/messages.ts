/** Messages that tests put straight into queues, and how they ended. */
import type { Db } from '../db/schema.ts'
import { type DeadLetter, listDeadLetters } from '../db/work/dead-letters.ts'
import { storeMessages } from '../db/work/store-messages.ts'
import type { Envelope, EventName, QueueName } from '../model/messages.ts'
import type { TestBroker } from './broker.ts'

/** A message as a publisher of the lab stores it. */
export const envelopeOf = (type: EventName, data: Record<string, unknown>): Envelope => ({
  id: crypto.randomUUID(),
  type,
  source: '/lockstep/test',
  time: new Date().toISOString(),
  dataschema: `/schemas/${type}/1`,
  correlationid: crypto.randomUUID(),
  data: { ...data, timestamp: new Date().toISOString() },
})

/** The registration of a user who gets an e-mail at this address. */
export const registrationOf = (email: string): Envelope =>
  envelopeOf('UserRegistered', { user_id: 1, email })

/** The database and the broker of the services under test. */
export type Stores = { db: Db; broker: Pick<TestBroker, 'put'> }

/** Puts anything into a queue, in this order. */
export const put = (
  { db, broker }: Stores,
  queue: QueueName,
  messages: readonly unknown[],
): Promise<void> => (broker.put ? broker.put(queue, messages) : storeMessages(db, queue, messages))

/** How long each handled message of a queue took from its event to its end, in milliseconds, by its id. */
export async function handledIn(db: Db, queue: QueueName): Promise<Map<string, number>> {
  const rows = await db
    .selectFrom('inbox')
    .select(['message_id', 'occurred_at', 'handled_at'])
    .where('consumer', '=', queue)
    .execute()
  const ageOf = (occurred: Date, handled: Date) => handled.getTime() - occurred.getTime()
  return new Map(rows.map((row) => [row.message_id, ageOf(row.occurred_at, row.handled_at)]))
}

/** The dead letters of a queue, the oldest first. */
export const deadIn = async (db: Db, queue: QueueName): Promise<DeadLetter[]> =>
  (await listDeadLetters(db, 1000)).filter((letter) => letter.queue === queue)
