/** Delivers messages to the function in this process. */
import { setImmediate as turn } from 'node:timers/promises'
import { isUnavailable } from '../../db/connection/unavailable.ts'
import { beginJob } from '../../db/work/jobs.ts'
import type { AnySubscriptions } from '../apps.ts'
import { type App, bindArrivals } from '../http/arrival.ts'
import type { Taken } from './broker.ts'
import type { Deadlines } from './deadlines.ts'
import { notePath } from './delivery-app.ts'
import { createDeliveryRequest } from './delivery-request.ts'
import { type Delivered, type Ending, isNoAttempt, judgeFailure, readAnswer } from './ending.ts'
import { open, UndeliverableError } from './envelope.ts'
import { lastDelivery } from './queue-options.ts'
import { createWork, type Due, type Work, type WorkOptions, workKey } from './work.ts'

export type DeliverOptions = WorkOptions & {
  /** The function within its host. */
  app: App
  /** The contents of `c.env`. */
  env: object
  subscriptions: AnySubscriptions
  deadlines: Deadlines
}

// Small work that waits for nothing would keep the event loop from requests for a whole batch.
const perTurn = 16

type Request = { due: Due; work: Work; signal: AbortSignal }

function openOne(taken: Taken, subscriptions: AnySubscriptions): Due {
  const subscription = subscriptions[taken.queue]
  if (!subscription) throw new UndeliverableError('nobody consumes it')
  const opened = open(taken, subscription.event)
  return { ...opened, taken, subscription, job: subscription.jobOf?.(opened.data as never) }
}

const isSpent = ({ delivery }: Taken) => delivery >= lastDelivery

const spent = ({ failure }: Taken) =>
  `${lastDelivery - 1} deliveries have failed, the last: ${failure ?? 'its process has ended'}`

/** Takes messages out of their envelopes; the others are dead letters before they are delivered. */
function openDue(taken: readonly Taken[], subscriptions: AnySubscriptions) {
  const due: Due[] = []
  const dead: Delivered[] = []
  for (const one of taken)
    try {
      const opened = openOne(one, subscriptions)
      const { envelope, job } = opened
      if (!isSpent(one)) due.push(opened)
      else dead.push({ taken: one, envelope, job, ending: { kind: 'dead', reason: spent(one) } })
    } catch (error) {
      if (!(error instanceof UndeliverableError)) throw error
      dead.push({ taken: one, ending: { kind: 'dead', reason: error.message } })
    }
  return { due, dead }
}

export function createDeliver(options: DeliverOptions) {
  const { app, env, db, subscriptions, deadlines } = options

  async function request({ due, work, signal }: Request): Promise<Response> {
    const { taken, envelope, data, subscription } = due
    const delivery = 'deliver' in subscription ? subscription.deliver(data as never) : undefined
    const { method, path } = delivery?.route ?? { method: 'post', path: notePath(taken.queue) }
    const body = delivery?.body ?? {}
    const sent = { method: method.toUpperCase(), path, body, envelope, taken, signal }
    const { request, arrival } = createDeliveryRequest(sent)
    const bindings = { ...env, db: work.db, message: envelope, [workKey]: { work, due, delivery } }
    return bindArrivals(app, bindings)(request, arrival)
  }

  /** Sends one request after another, until one fails. */
  async function requestAll(due: readonly Due[], work: Work): Promise<Ending> {
    const deadline = deadlines.begin(Math.min(...due.map(({ taken }) => taken.deadlineMs)))
    try {
      for (const [index, one] of due.entries()) {
        if (index > 0 && index % perTurn === 0) await turn()
        const response = await request({ due: one, work, signal: deadline.signal })
        if (work.concluded > index) continue
        const { status } = response
        const answer =
          work.answered?.status === status ? work.answered.answer : await readAnswer(response)
        return judgeFailure({ status, answer }, deadlines.isStopping())
      }
    } finally {
      deadline.end()
    }
    return work.ending ?? { kind: 'retry', reason: 'was not concluded' }
  }

  async function run(due: readonly Due[]): Promise<Ending> {
    const work = createWork(due, options)
    try {
      for (const { job } of due) if (job !== undefined) await beginJob(db, job)
      const ending = await requestAll(due, work)
      if (ending.kind !== 'done') await work.rollback()
      return ending
    } catch (error) {
      await work.rollback()
      if (isUnavailable(error)) return { kind: 'unavailable' }
      throw error
    }
  }

  const endAll = (due: readonly Due[], ending: Ending): Delivered[] =>
    due.map(({ taken, envelope, job }) => ({ taken, envelope, job, ending }))

  /** If one of them fails, each is delivered by itself, until the next would fail in the same way. */
  async function runAll(due: readonly Due[]): Promise<Delivered[]> {
    if (due.length === 0) return []
    const ending = await run(due)
    if (ending.kind === 'done' || isNoAttempt(ending) || due.length === 1)
      return endAll(due, ending)
    const ended: Delivered[] = []
    for (const [index, one] of due.entries()) {
      const own = await run([one])
      if (isNoAttempt(own)) return [...ended, ...endAll(due.slice(index), own)]
      ended.push(...endAll([one], own))
    }
    return ended
  }

  /** Delivers messages of one queue: several of them in one transaction. */
  return async (taken: readonly Taken[]): Promise<Delivered[]> => {
    const { due, dead } = openDue(taken, subscriptions)
    return [...dead, ...(await runAll(due))]
  }
}

export type Deliver = ReturnType<typeof createDeliver>
