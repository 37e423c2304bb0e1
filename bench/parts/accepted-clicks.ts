/** Clicks that are accepted, and what is left of their work when the load ends. */
import { setTimeout as delay } from 'node:timers/promises'
import type { Db } from '../../db/schema.ts'
import { countWaiting } from '../../db/work/backlog.ts'
import type { QueueName } from '../../model/messages.ts'
import type { Cost } from '../load/closed-loop.ts'
import type { Plan } from '../plan.ts'
import { costOf, type Loaded } from './sides.ts'

export const clickQueue: QueueName = 'click_tracked_queue'
const most = 10_000_000
const scenario = { name: 'analytics', scenario: 6, connections: 50 } as const

type Clicked = Omit<Loaded, keyof typeof scenario>

export type Clicks = Cost & {
  /** Clicks that wait when the load ends. */
  waiting: number
  /** Clicks that are handled per second after it. */
  handledRate: number
}

/** A click that is answered has been handled. */
export async function answerClicks(plan: Plan, clicked: Clicked): Promise<Clicks> {
  const cost = await costOf(plan, { ...scenario, ...clicked })()
  return { ...cost, waiting: 0, handledRate: cost.rate }
}

/** Counts clicks in PostgreSQL. */
export const countIn =
  (db: Db) =>
  (atMost = most) =>
    countWaiting(db, [clickQueue], atMost)

/** Waits until what was accepted is handled, so that each round begins without a backlog. */
export async function acceptClicks(
  plan: Plan,
  clicked: Clicked,
  count: (atMost?: number) => Promise<number>,
): Promise<Clicks> {
  const cost = await costOf(plan, { ...scenario, ...clicked })()
  const waiting = await count()
  const begin = performance.now()
  while ((await count(1)) > 0) await delay(50, undefined, { signal: plan.signal })
  return { ...cost, waiting, handledRate: (waiting * 1000) / (performance.now() - begin) }
}
