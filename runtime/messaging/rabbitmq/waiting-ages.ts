/** How long messages have waited in RabbitMQ, which tells it of no queue. */
import { sql } from 'kysely'
import type { Db } from '../../../db/schema.ts'
import type { QueueName } from '../../../model/messages.ts'

/** The ages, in seconds, of the youngest messages that were handled lately, by queue. */
async function readHandledAges(db: Db): Promise<{ queue: QueueName; age: number }[]> {
  const { rows } = await sql<{ queue: QueueName; age: number }>`
    select consumer as queue, extract(epoch from now() - max(accepted_at))::float8 as age
    from inbox where handled_at > now() - interval '2 seconds' group by consumer
  `.execute(db)
  return rows
}

/**
 * Bounds the age of the oldest message of each queue: it came after the queue was last seen empty,
 * and after the youngest that was handled, as they are handled in their order but for retries.
 */
export function createWaitingAges(db: Db) {
  // By the clock of `performance.now()`.
  const since = new Map<string, number>()
  const later = (queue: string, atMs: number) =>
    since.set(queue, Math.max(atMs, since.get(queue) ?? -Infinity))

  return {
    /** @returns at most so many seconds, by queue */
    async read(counts: ReadonlyMap<string, number>): Promise<Map<string, number>> {
      const nowMs = performance.now()
      for (const [queue, count] of counts)
        if (count === 0 || !since.has(queue)) since.set(queue, nowMs)
      for (const { queue, age } of await readHandledAges(db)) later(queue, nowMs - age * 1000)
      return new Map(
        Array.from(counts.keys(), (queue) => [queue, (nowMs - (since.get(queue) ?? nowMs)) / 1000]),
      )
    },
  }
}
