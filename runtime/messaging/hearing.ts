/** Hears of new messages by PostgreSQL's notifications. They are a hint: messages come without them. */
import { createHash } from 'node:crypto'
import type { Db as BossDb } from 'pg-boss'
import type { Logger } from 'pino'
import { queueSchema } from '../../db/work/store-messages.ts'
import { type QueueName, queueNames } from '../../model/messages.ts'

/** Where pg-boss notifies of new jobs, by `notifyChannelSql` of its plans.js; each names its queue. */
export const channel = `pgboss_${createHash('sha224').update(queueSchema).digest('hex').slice(0, 24)}`

// No queue has this name.
const trial = 'trial'
const trialMs = 2000

type Handle = { close: () => Promise<void> }

/**
 * Listens on a connection of pg-boss, which opens it again when it is lost. A pooler in transaction
 * mode takes the subscription and passes nothing on, so that a trial shows whether one hears.
 */
export function createHearing({ db, logger }: { db: BossDb; logger: Logger }) {
  let handle: Handle | undefined
  let hears = false
  let timer: NodeJS.Timeout | undefined

  async function tryOut(): Promise<void> {
    hears = false
    clearTimeout(timer)
    await db.executeSql('select pg_notify($1, $2)', [channel, trial])
    // After the sockets: in a busy process, the notification may have come and not be read yet.
    timer = setTimeout(setImmediate, trialMs, endTrial).unref()
  }

  function endTrial(): void {
    if (!hears) void giveUp('notifications do not arrive, is this a pooler?')
  }

  async function giveUp(reason: string): Promise<void> {
    logger.warn(`${reason} New messages are looked for more often.`)
    await handle?.close()
  }

  return {
    isListening: () => hears,
    async listen(stored: (queue: QueueName) => void): Promise<void> {
      const onPayload = (payload: string) => {
        if (payload === trial) hears = true
        else stored(payload as QueueName)
      }
      const onConnected = () => {
        // What came while there was no connection was not heard.
        for (const queue of queueNames) stored(queue)
        tryOut().catch((err) => logger.debug({ err }, 'cannot try notifications'))
      }
      handle = await db.listen?.(channel, onPayload, onConnected).catch((err: Error) => {
        logger.warn({ err }, 'no notifications: new messages are looked for more often')
        return undefined
      })
    },
    async close(): Promise<void> {
      clearTimeout(timer)
      await handle?.close()
    },
  }
}
