import type { Db } from '../db/schema.ts'
import type { Announcement } from '../functions/messaging/event.ts'
import { type Envelope, type QueueName, queuesOf } from '../model/messages.ts'
import { functionNames, services } from '../model/services.ts'
import { loadApp, loadSubscriptions } from '../runtime/apps.ts'
import { postJson } from './in-process.ts'

/** The function that consumes a queue, and what it does with its messages. */
export async function consumerOf(queue: QueueName) {
  const name = functionNames.find((candidate) => services[candidate].consumes.includes(queue))
  const subscription = name && (await loadSubscriptions(name))[queue]
  if (!subscription) throw new Error(`${queue} has no consumer`)
  return { name, subscription }
}

/** A message in a queue. */
export type Waiting = { queue: QueueName; announcement: Announcement }

/** The messages that announcements become. */
export const waitingOf = (announcements: readonly Announcement[]): Waiting[] =>
  announcements.flatMap((announcement) =>
    queuesOf(announcement.type).map((queue) => ({ queue, announcement })),
  )

const envelopeOf = ({ type, version, data }: Announcement): Envelope => ({
  id: crypto.randomUUID(),
  type,
  source: '/lockstep/test',
  time: new Date().toISOString(),
  dataschema: `/schemas/${type}/${version}`,
  correlationid: 'test',
  data,
})

const settings = { EMAIL_DELAY_MS: 0, PAYMENT_DELAY_MS: 0, REPORT_CPU_SECONDS: 0 }

/** Computes nothing. */
const digest = async () => ({ hash: 'abc', iterations: 1, cpuSeconds: 0.5 })

/**
 * Delivers one message to its function in this process, and returns what follows from it. A status
 * that the subscription does not name throws.
 */
export async function consume(db: Db, { queue, announcement }: Waiting): Promise<Waiting[]> {
  const { name, subscription } = await consumerOf(queue)
  const data = subscription.event.data.parse(announcement.data) as never
  if ('note' in subscription) {
    await subscription.note(db, data)
    return []
  }
  const { route, body, follow, effect } = subscription.deliver(data)
  const env = { ...settings, db, digest, message: envelopeOf(announcement) }
  const response = await (await loadApp(name)).request(route.path, postJson(body), env)
  const answer: unknown = await response.json()
  const following = follow(response.status, answer)
  if (!following && !response.ok) throw new Error(`${queue}: ${response.status}`)
  await effect(db, response.status, answer)
  return waitingOf(following ?? [])
}

/**
 * Delivers messages and all that follow from them.
 * @param choose the index of the message that is delivered next: none is promised to be the first
 * @returns the queues, in the order of their deliveries
 */
export async function consumeAll(
  db: Db,
  announcements: readonly Announcement[],
  choose: (waiting: readonly Waiting[]) => number = () => 0,
): Promise<QueueName[]> {
  const waiting = waitingOf(announcements)
  const delivered: QueueName[] = []
  while (waiting.length > 0) {
    const [next] = waiting.splice(choose(waiting), 1)
    if (!next) throw new Error('No such message')
    delivered.push(next.queue)
    waiting.push(...(await consume(db, next)))
  }
  return delivered
}
