/** Ends deliveries that did not commit: they are tried again, given back, or become dead letters. */
import type { Logger } from 'pino'
import type { Db } from '../../db/schema.ts'
import { buryMessage } from '../../db/work/dead-letters.ts'
import { failJob } from '../../db/work/jobs.ts'
import type { Broker, Taken } from './broker.ts'
import type { Delivered } from './ending.ts'
import type { MessageMetrics, Outcome } from './message-metrics.ts'

export type SettleOptions = {
  db: Db
  broker: Pick<Broker, 'finish' | 'acknowledge' | 'committed' | 'retry'>
  metrics: MessageMetrics
  logger: Logger
}

// Longer ones do not fit into an index of PostgreSQL.
const longestId = 255

const isId = (id: unknown): id is string =>
  typeof id === 'string' && id !== '' && id.length <= longestId

/** The id of a message, even if that is all that is right about it. */
function idOf({ taken, envelope }: Delivered): string {
  const { id } = (taken.message ?? {}) as { id?: unknown }
  return envelope?.id ?? (isId(id) ? id : taken.key)
}

// The detail of a refusal may be as long as its request.
const longestReason = 2000

class LapsedError extends Error {}

/** Another consumer has the message: it is delivered again. */
function retryIfLapsed(error: unknown): Outcome {
  if (error instanceof LapsedError) return 'retry'
  throw error
}

export function createSettle({ db, broker, metrics, logger }: SettleOptions) {
  async function finish(on: Db, taken: Taken): Promise<void> {
    if (!(await broker.finish(on, [taken]))) throw new LapsedError()
  }

  async function bury(delivered: Delivered, words: string): Promise<void> {
    const reason = words.slice(0, longestReason)
    const { taken, job } = delivered
    const { queue, message, delivery: attempts, storedAt: firstAt } = taken
    const id = idOf(delivered)
    await db.transaction().execute(async (transaction) => {
      await buryMessage(transaction, { queue, id, message, reason, attempts, firstAt })
      if (job !== undefined) await failJob(transaction, job, reason)
      await finish(transaction, taken)
    })
    logger.error({ queue, message_id: id, attempts, reason }, 'message given up')
  }

  async function end(delivered: Delivered): Promise<Outcome> {
    const { taken, ending } = delivered
    if (ending.kind === 'dead') await bury(delivered, ending.reason)
    else if (ending.kind === 'duplicate') await finish(db, taken)
    else if (ending.kind === 'retry') {
      const { queue, delivery } = taken
      await broker.retry(taken, ending.reason)
      logger.warn({ queue, delivery, reason: ending.reason }, 'message failed, to be tried again')
    }
    return ending.kind === 'done' || ending.kind === 'duplicate' || ending.kind === 'dead'
      ? ending.kind
      : 'retry'
  }

  /**
   * Settles a delivery that is neither `unavailable` nor `stopped`.
   * @throws the error of the database; the message is then still ours
   */
  return async (delivered: Delivered): Promise<void> => {
    const { taken, envelope } = delivered
    const outcome = await end(delivered).catch(retryIfLapsed)
    if (outcome !== 'retry') broker.acknowledge([taken])
    if (outcome === 'done') broker.committed()
    metrics.handled(taken.queue, outcome)
    if (outcome === 'done' && envelope) metrics.aged(taken.queue, envelope.time)
  }
}

export type Settle = ReturnType<typeof createSettle>
