/** E-mails that are sent by messages: the CPU time of a delivery, and the wait for it. */
import { setTimeout as delay } from 'node:timers/promises'
import { quantile } from 'simple-statistics'
import type { Db } from '../../db/schema.ts'
import type { Envelope, QueueName } from '../../model/messages.ts'
import type { Plan } from '../plan.ts'
import { meterCpu } from '../usage.ts'
import { pidsOf, type Side } from './sides.ts'

export const registrations: QueueName = 'user_registered_queue'

export const registration = (index: number): Envelope => {
  const time = new Date().toISOString()
  const data = { user_id: 1, email: `user${index}@example.com`, timestamp: time }
  const [id, correlationid] = [crypto.randomUUID(), crypto.randomUUID()]
  const dataschema = '/schemas/UserRegistered/1'
  return { id, type: 'UserRegistered', source: '/bench', time, dataschema, correlationid, data }
}

/** A side that consumes, and how it gets messages. */
export type Deliveries = {
  db: Db
  side: Side
  /** Stores registrations: as messages alone, or by requests. */
  store: (messages: Envelope[]) => Promise<unknown>
  /** The servers in which messages wait. */
  servers?: () => number[]
}

async function countHandled(db: Db): Promise<number> {
  const { count } = await db
    .selectFrom('inbox')
    .select(({ fn }) => fn.countAll<string>().as('count'))
    .executeTakeFirstOrThrow()
  return Number(count)
}

/** Stores messages, and waits until they are handled. */
async function handle({ db, store }: Deliveries, count: number, signal: AbortSignal) {
  const all = (await countHandled(db)) + count
  await store(Array.from({ length: count }, (_, n) => registration(n)))
  while ((await countHandled(db)) < all) await delay(20, undefined, { signal })
}

/** CPU time of one delivery, in milliseconds. */
export type DeliveryCost = {
  /** Of the consumer's Node.js. */
  consumer: number
  /** With that of the servers. */
  all: number
}

export async function measureDelivery(deliveries: Deliveries, plan: Plan): Promise<DeliveryCost> {
  const { side, servers = () => [] } = deliveries
  const count = plan.quick ? 200 : 2000
  const [consumerMs, serversMs] = [meterCpu(() => pidsOf(side, 'email')), meterCpu(servers)]
  await handle(deliveries, count, plan.signal)
  const consumer = consumerMs() / count
  return { consumer, all: consumer + serversMs() / count }
}

/** The median from stored to handled, one message at a time, in milliseconds. */
export async function measureHop(deliveries: Deliveries, { signal, quick }: Plan): Promise<number> {
  const { db } = deliveries
  await db.deleteFrom('inbox').execute()
  for (let n = 0; n < (quick ? 5 : 30); n++) await handle(deliveries, 1, signal)
  const rows = await db.selectFrom('inbox').select(['accepted_at', 'handled_at']).execute()
  return quantile(
    rows.map((row) => row.handled_at.getTime() - row.accepted_at.getTime()),
    0.5,
  )
}
