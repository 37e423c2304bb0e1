/** Hears of new messages by PostgreSQL's notifications. They are a hint: messages come without them. */
import { createHash } from 'node:crypto'
import type { Logger } from 'pino'
import { queueSchema } from '../../db/work/store-messages.ts'
import type { QueueDb } from '../../db/work/taken-messages.ts'
import { type QueueName, queueNames } from '../../model/messages.ts'
import type { FunctionDatabase } from '../database.ts'

/** Where pg-boss notifies of new jobs, by `notifyChannelSql` of its plans.js; each names its queue. */
export const channel = `pgboss_${createHash('sha224').update(queueSchema).digest('hex').slice(0, 24)}`

// No queue has this name.
const trial = 'trial'
// Its connection may have to be opened, while the others of a lab start as well.
const trialAfterMs = 1000
const trialMs = 2000

export type HearingOptions = {
  /** Other connections than the one that listens. */
  db: QueueDb
  listen: FunctionDatabase['listen']
  logger: Logger
}

/**
 * A pooler in transaction mode takes the subscription and passes nothing on, so that a trial shows
 * whether one hears. It comes from another connection: on its own, such a pooler would pass it on.
 */
export function createHearing({ db, listen, logger }: HearingOptions) {
  let hears = false
  let isTrialHeard = false
  let timer: NodeJS.Timeout | undefined
  let stored = (_queue: QueueName): void => {}

  async function tryOut(): Promise<void> {
    const begun = timer
    try {
      await db.executeSql('select pg_notify($1, $2)', [channel, trial])
      // Its connection was lost meanwhile.
      if (timer !== begun) return
      // After the sockets: in a busy process, the notification may have come and not be read yet.
      timer = setTimeout(setImmediate, trialMs, endTrial).unref()
    } catch (err) {
      hears = false
      logger.debug({ err }, 'cannot try notifications')
    }
  }

  function endTrial(): void {
    hears = isTrialHeard
    if (!hears) sayDeaf('notifications do not arrive, is this a pooler?')
  }

  const sayDeaf = (reason: string, err?: Error) =>
    logger.warn({ err }, `${reason} New messages are looked for more often.`)

  return {
    /** Until a trial has failed, whoever listens counts as one that hears. */
    isListening: () => hears,
    /** Listens from now on, also on connections that replace a lost one. */
    open: (): Promise<void> =>
      listen({
        channel,
        onPayload(payload) {
          if (payload === trial) isTrialHeard = true
          else stored(payload as QueueName)
        },
        onListening() {
          hears = true
          isTrialHeard = false
          // What came while there was no connection was not heard.
          for (const queue of queueNames) stored(queue)
          timer = setTimeout(tryOut, trialAfterMs).unref()
        },
        onLost(err) {
          hears = false
          // Its trial says nothing of the connection that replaces it.
          clearTimeout(timer)
          timer = undefined
          if (err) sayDeaf('notifications are refused.', err)
        },
      }).catch((err) => sayDeaf('no notifications.', err)),
    /** Calls back from now on. */
    async listen(to: typeof stored): Promise<void> {
      stored = to
    },
    close: () => clearTimeout(timer),
  }
}
