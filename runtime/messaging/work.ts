/** The work of one delivery: one transaction for the requests of all its messages. */
import type { Context } from 'hono'
import { createMiddleware } from 'hono/factory'
import type { Db } from '../../db/schema.ts'
import { type Handled, recordHandled } from '../../db/work/inbox.ts'
import type { Delivery, Subscription } from '../../functions/messaging/subscription.ts'
import type { Broker, Taken } from './broker.ts'
import { type Answered, type Ending, isSuccess } from './ending.ts'
import type { Opened } from './envelope.ts'
import type { Publisher } from './publisher.ts'
import { createLazyTransaction } from './transaction.ts'

/** A message that is out of its envelope, and what its function does with it. */
export type Due = Opened & { taken: Taken; subscription: Subscription; job?: string | undefined }

export type WorkOptions = {
  /** The pool of the function. */
  db: Db
  broker: Pick<Broker, 'finish'>
  publisher: Pick<Publisher, 'publish'>
}

const handled = ({ taken, envelope }: Due): Handled => ({
  consumer: taken.queue,
  message_id: envelope.id,
  correlation_id: envelope.correlationid,
  subject: envelope.subject,
  occurred_at: envelope.time,
  accepted_at: taken.storedAt,
})

/**
 * Begins the work of messages. When the last of them has its response, effects, following messages,
 * completion and inbox rows commit together: with them, or without any.
 */
export function createWork(due: readonly Due[], { db, broker, publisher }: WorkOptions) {
  const transaction = createLazyTransaction(db)
  const taken = due.map((message) => message.taken)
  let concluded = 0
  let ending: Ending | undefined
  let answered: Answered | undefined

  async function commit(): Promise<Ending> {
    if (!(await broker.finish(transaction.db, taken))) return { kind: 'lapsed' }
    // Last: what handles the same message at the same time waits for this row.
    const isNew = (await recordHandled(transaction.db, due.map(handled))) === due.length
    if (!isNew) return { kind: 'duplicate' }
    await transaction.commit()
    return { kind: 'done' }
  }

  return {
    db: transaction.db,
    /** Undefined unless each message has done its work. */
    get ending() {
      return ending
    },
    /** How many messages have done their work. */
    get concluded() {
      return concluded
    },
    /** The latest response that came from the function. */
    get answered() {
      return answered
    },
    /** Ends the request of one message, if it did its work; its failure is the response. */
    async conclude({ status, answer }: Answered, delivery?: Delivery): Promise<void> {
      answered = { status, answer }
      const following = delivery?.follow(status, answer)
      if (!following && !isSuccess(status)) return
      await delivery?.effect(transaction.db, status, answer)
      if (following?.length) await publisher.publish(transaction.db, following)
      if (concluded + 1 === due.length) ending = await commit()
      concluded++
    },
    rollback: transaction.rollback,
  }
}

export type Work = ReturnType<typeof createWork>

/** The place of the work in `c.env`, where no function can meet it. */
export const workKey = Symbol('work')

export type WorkBindings = {
  [workKey]: { work: Work; due: Due; delivery: Delivery | undefined }
}

/** Keeps what is answered as JSON: to read it from the response takes longer than a short delivery. */
function keepAnswer(c: Context): () => unknown {
  let answer: unknown
  const { json } = c
  c.json = ((value: unknown, ...rest: []) => {
    answer = value
    return json(value as object, ...rest)
  }) as typeof json
  return () => answer
}

/** Ends each request with its work, so that its time, its spans and its status have it. */
export const concludeWork = createMiddleware<{ Bindings: WorkBindings }>(async (c, next) => {
  const answer = keepAnswer(c)
  await next()
  const { work, delivery } = c.env[workKey]
  await work.conclude({ status: c.res.status, answer: answer() }, delivery)
})
