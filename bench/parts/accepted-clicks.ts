/** Clicks that are accepted, and what is left of their work when the load ends. */
import { setTimeout as delay } from 'node:timers/promises'
import type { Db } from '../../db/schema.ts'
import { countWaiting } from '../../db/work/backlog.ts'
import type { QueueName } from '../../model/messages.ts'
import type { Cost } from '../load/closed-loop.ts'

const queue: QueueName = 'click_tracked_queue'
const most = 10_000_000

export type Clicks = Cost & {
  /** Clicks that wait when the load ends. */
  waiting: number
  /** Clicks that are handled per second after it. */
  handledRate: number
}

/** A click that is answered has been handled. */
export const answeredClicks = (cost: Cost): Clicks => ({
  ...cost,
  waiting: 0,
  handledRate: cost.rate,
})

/** Waits until what was accepted is handled, so that each round begins without a backlog. */
export async function drainClicks(cost: Cost, db: Db, signal: AbortSignal): Promise<Clicks> {
  const waiting = await countWaiting(db, [queue], most)
  const begin = performance.now()
  while ((await countWaiting(db, [queue], 1)) > 0) await delay(50, undefined, { signal })
  return { ...cost, waiting, handledRate: (waiting * 1000) / (performance.now() - begin) }
}
