/** Messages in PostgreSQL, kept by pg-boss. */
import { PgBoss } from 'pg-boss'
import type { Logger } from 'pino'
import { queueSchema } from '../../db/work/store-messages.ts'
import { type QueueName, queueNames } from '../../model/messages.ts'
import type { Config } from '../settings/config.ts'
import { type Broker, brokerConnections } from './broker.ts'
import { createHearing } from './hearing.ts'
import { createClaims } from './pg-boss-claims.ts'
import { queueOptions } from './queue-options.ts'

export type PgBossOptions = {
  url: string
  config: Config
  /** The queues that this process consumes. */
  consumes: readonly QueueName[]
  logger: Logger
}

const hour = 3600

const openBoss = ({ url, config }: PgBossOptions) =>
  new PgBoss({
    connectionString: url,
    application_name: 'lockstep',
    // The one for notifications is not of the pool.
    max: brokerConnections - 1,
    connectionTimeoutMillis: config.DB_POOL_TIMEOUT_MS,
    schema: queueSchema,
    schedule: false,
    registerInstance: false,
    openTelemetry: { enabled: false },
    maintenanceIntervalSeconds: 60,
    // No message waits for another one, and queues stay as they are.
    flowIntervalSeconds: hour,
    bamIntervalSeconds: hour,
    queueCacheIntervalSeconds: hour,
  })

/**
 * Opens the queues; makes those that are missing.
 * @throws the error of the database
 */
export async function openPgBoss(options: PgBossOptions): Promise<Broker> {
  const { logger } = options
  const boss = openBoss(options)
  boss.on('error', (err) => logger.warn({ err }, 'the queues cannot be looked after, retrying'))
  boss.on('warning', ({ message }) => logger.warn(message))
  try {
    await boss.start()
    await makeQueues(boss, options)
  } catch (error) {
    await boss.stop({ graceful: false }).catch(() => {})
    throw error
  }
  const hearing = createHearing({ db: boss.getDb(), logger })
  return {
    ...createClaims(boss),
    listen: hearing.listen,
    isListening: hearing.isListening,
    async close() {
      await hearing.close()
      await boss.stop({ graceful: false })
    },
  }
}

/** Its consumer knows how long the work of a queue takes, so it sets the options. */
async function makeQueues(boss: PgBoss, { config, consumes }: PgBossOptions): Promise<void> {
  const known = new Map((await boss.getQueues()).map((queue) => [queue.name, queue]))
  for (const name of queueNames) {
    const options = queueOptions(name, config)
    const queue = known.get(name)
    if (!queue) await boss.createQueue(name, options)
    else if (consumes.includes(name) && queue.expireInSeconds !== options.expireInSeconds)
      await boss.updateQueue(name, options)
  }
}
