/** What commands do with the queues of a broker. */
import { setTimeout as delay } from 'node:timers/promises'
import pino from 'pino'
import type { Channel } from 'rabbitmq-client'
import { createLink, type Link } from './link.ts'
import { allQueues } from './topology.ts'

const patienceMs = 5000
const everyMs = 250

/** @throws Error that names BROKER_URL if the broker cannot be reached in time */
async function using<T>(url: string, work: (link: Link) => Promise<T>): Promise<T> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const link = createLink({
    ...{ url, name: 'lockstep command', logger: pino({ level: 'silent' }), opened: resolve },
    unusable: (reason) => reject(new Error(reason)),
  })
  const timer = setTimeout(() => reject(new Error(link.problem())), patienceMs)
  try {
    await promise
    return await work(link)
  } finally {
    clearTimeout(timer)
    await link.close()
  }
}

/** Calls each queue; one that is not there closes the channel, and is left out. */
async function eachQueue<T>(
  link: Link,
  queues: readonly string[],
  call: (channel: Channel, queue: string) => Promise<T>,
): Promise<Map<string, T>> {
  const found = new Map<string, T>()
  let channel = await link.channel()
  for (const queue of queues)
    try {
      found.set(queue, await call(channel, queue))
    } catch (error) {
      if ((error as { code?: string }).code !== 'NOT_FOUND') throw error
      channel = await link.channel()
    }
  return found
}

async function findWaiting(link: Link, queues: readonly string[]): Promise<Map<string, number>> {
  const declared = await eachQueue(link, queues, (channel, queue) =>
    channel.queueDeclare({ queue, passive: true }),
  )
  const counts = Array.from(declared, ([queue, { messageCount }]) => [queue, messageCount] as const)
  return new Map(counts.filter(([, count]) => count > 0))
}

/**
 * The messages that nobody has taken, by queue: of queues that are not empty for five seconds, so
 * that what comes and goes under load does not count.
 * @throws Error if the broker cannot be reached
 */
export const countUndelivered = (url: string): Promise<Map<string, number>> =>
  using(url, async (link) => {
    const end = performance.now() + patienceMs
    let waiting = await findWaiting(link, allQueues)
    while (waiting.size > 0 && performance.now() < end) {
      await delay(everyMs)
      waiting = await findWaiting(link, [...waiting.keys()])
    }
    return waiting
  })

/**
 * Deletes the messages of all queues, but those that are being delivered.
 * @throws Error if the broker cannot be reached
 */
export const purgeQueues = (url: string): Promise<void> =>
  using(url, async (link) => {
    await eachQueue(link, allQueues, (channel, queue) => channel.queuePurge({ queue }))
  })
