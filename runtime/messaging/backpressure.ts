/** Refuses requests while too many messages wait for those that are accepted. */
import { setTimeout as delay } from 'node:timers/promises'
import type { Db } from '../../db/schema.ts'
import { countWaiting, readDrainRate } from '../../db/work/backlog.ts'
import { HttpError } from '../../functions/http/refusal.ts'
import { type QueueName, queuesOf } from '../../model/messages.ts'
import { type FunctionName, services } from '../../model/services.ts'

export type BackpressureOptions = {
  db: Db
  name: FunctionName
  /** The messages that may wait; 0 is unlimited. */
  limit: number
}

const everyMs = 1000
const mostSeconds = 60

/** When so many messages may be done, in whole seconds. */
const retryAfter = (excess: number, perSecond: number) =>
  Math.min(mostSeconds, Math.max(1, Math.ceil(excess / Math.max(perSecond, 1 / mostSeconds))))

/** Counts once a second, because a count for each request would cost more than the request. */
export function createBackpressure({ db, name, limit }: BackpressureOptions) {
  const queues: readonly QueueName[] = services[name].publishes.flatMap(queuesOf)
  const closing = new AbortController()
  let waiting = 0
  let retryAfterSeconds = 1

  async function count(): Promise<void> {
    waiting = await countWaiting(db, queues, 2 * limit)
    if (waiting > limit)
      retryAfterSeconds = retryAfter(waiting - limit, await readDrainRate(db, queues))
  }

  async function run(): Promise<void> {
    while (!closing.signal.aborted) {
      // An outage refuses requests by itself.
      await count().catch(() => {})
      await delay(everyMs, undefined, { signal: closing.signal }).catch(() => {})
    }
  }
  const running = limit > 0 && queues.length > 0 ? run() : undefined

  const isFull = () => limit > 0 && waiting > limit

  return {
    isFull,
    /** @throws HttpError 503 if too many messages wait */
    refuse(): void {
      if (!isFull()) return
      const detail = 'Too many messages wait, try again later'
      throw new HttpError(503, detail, { code: 'backlog_full', retryAfterSeconds })
    },
    async close(): Promise<void> {
      closing.abort()
      await running
    },
  }
}

export type Backpressure = ReturnType<typeof createBackpressure>
