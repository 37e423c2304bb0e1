/** Refuses requests while too many messages wait for those that are accepted. */
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
  /** How many wait elsewhere than in the database, in the fullest of some queues. */
  countElsewhere?: (queues: readonly QueueName[]) => Promise<number>
}

const everyMs = 1000
const mostSeconds = 60

/** When so many messages may be done, in whole seconds. */
const retryAfter = (excess: number, perSecond: number) =>
  Math.min(mostSeconds, Math.max(1, Math.ceil(excess / Math.max(perSecond, 1 / mostSeconds))))

/** Counts once a second at most, and only while requests come. */
export function createBackpressure(options: BackpressureOptions) {
  const { db, name, limit, countElsewhere = async () => 0 } = options
  const queues: readonly QueueName[] = services[name].publishes.flatMap(queuesOf)
  const isLimited = limit > 0 && queues.length > 0
  let waiting = 0
  let elsewhere = 0
  let retryAfterSeconds = 1
  let countedMs = -Infinity

  async function count(): Promise<void> {
    // While a broker is away, what it holds stays as it was.
    elsewhere = await countElsewhere(queues).catch(() => elsewhere)
    waiting = elsewhere + (await countWaiting(db, queues, 2 * limit))
    if (waiting > limit)
      retryAfterSeconds = retryAfter(waiting - limit, await readDrainRate(db, queues))
  }

  /** In the background: an outage refuses requests by itself. */
  function refresh(): void {
    const nowMs = performance.now()
    if (!isLimited || nowMs - countedMs < everyMs) return
    countedMs = nowMs
    void count().catch(() => {})
  }

  function isFull(): boolean {
    refresh()
    return isLimited && waiting > limit
  }

  return {
    isFull,
    /** @throws HttpError 503 if too many messages wait */
    refuse(): void {
      if (!isFull()) return
      const detail = 'Too many messages wait, try again later'
      throw new HttpError(503, detail, { code: 'backlog_full', retryAfterSeconds })
    },
  }
}
