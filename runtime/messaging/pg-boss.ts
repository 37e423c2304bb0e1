/** Messages in PostgreSQL, kept by pg-boss. */
import { PgBoss, type Queue } from 'pg-boss'
import type { Logger } from 'pino'
import { queueSchema } from '../../db/work/store-messages.ts'
import { type QueueName, queueNames } from '../../model/messages.ts'
import type { FunctionDatabase } from '../database.ts'
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
  connections?: number
}

const hour = 3600

const maintenanceMs = 60_000

const createBoss = (
  { url, config, connections = brokerConnections }: PgBossOptions,
  migrate: boolean,
) =>
  new PgBoss({
    migrate,
    // At the start, its looks would need connections and come from each of ten services.
    supervise: false,
    connectionString: url,
    application_name: 'lockstep',
    max: connections,
    connectionTimeoutMillis: config.DB_POOL_TIMEOUT_MS,
    schema: queueSchema,
    schedule: false,
    registerInstance: false,
    openTelemetry: { enabled: false },
    maintenanceIntervalSeconds: maintenanceMs / 1000,
    bamIntervalSeconds: hour,
    // Queues stay as they are.
    queueCacheIntervalSeconds: hour,
  })

async function startBoss(options: PgBossOptions, migrate: boolean): Promise<PgBoss> {
  const { logger } = options
  const boss = createBoss(options, migrate)
  boss.on('error', (err) => logger.warn({ err }, 'the queues cannot be looked after, retrying'))
  boss.on('warning', ({ message }) => logger.warn(message))
  try {
    await boss.start()
    await makeQueues(boss, options)
    return boss
  } catch (error) {
    await boss.stop({ graceful: false }).catch(() => {})
    throw error
  }
}

// Its own errors have no code.
const lacksSchema = ({ message }: Error) => /is not installed|requires migrations/.test(message)

/** Most starts find the newest schema, and leave out what pg-boss looks for after a migration. */
const startOrMigrate = (options: PgBossOptions): Promise<PgBoss> =>
  startBoss(options, false).catch((error: Error) => {
    if (!lacksSchema(error)) throw error
    return startBoss(options, true)
  })

/**
 * Opens the queues; makes those that are missing.
 * @throws the error of the database
 */
export async function openBoss(options: PgBossOptions) {
  const { logger } = options
  const boss = await startOrMigrate(options)
  // One instance of all does it: the others find that it is done.
  const maintain = () =>
    boss.supervise().catch((err) => logger.warn({ err }, 'the queues cannot be looked after'))
  const maintenance = setInterval(maintain, maintenanceMs).unref()
  return {
    boss,
    async close() {
      clearInterval(maintenance)
      await boss.stop({ graceful: false })
    },
  }
}

export type OpenPgBossOptions = PgBossOptions & Pick<FunctionDatabase, 'listen'>

/** @throws the error of the database */
export async function openPgBoss({ listen, ...options }: OpenPgBossOptions): Promise<Broker> {
  const { boss, close } = await openBoss(options)
  const hearing = createHearing({ db: boss.getDb(), listen, logger: options.logger })
  // Before the first look for messages, which finds those that came earlier.
  await hearing.open()
  return {
    ...createClaims(boss),
    listen: hearing.listen,
    isListening: hearing.isListening,
    // All of it is in the transaction.
    committed: () => {},
    acknowledge: () => {},
    unsubscribe: async () => {},
    problem: () => undefined,
    countElsewhere: async () => 0,
    readBacklog: async () => [],
    async close() {
      hearing.close()
      await close()
    },
  }
}

const differs = (
  { name, expireInSeconds, notify }: Queue,
  options: ReturnType<typeof queueOptions>,
  consumes: readonly string[],
) =>
  notify !== options.notify ||
  (consumes.includes(name) && expireInSeconds !== options.expireInSeconds)

/** Its consumer knows how long the work of a queue takes, so it sets the options. */
async function makeQueues(boss: PgBoss, { config, consumes }: PgBossOptions): Promise<void> {
  const known = new Map((await boss.getQueues()).map((queue) => [queue.name, queue]))
  for (const name of queueNames) {
    const options = queueOptions(name, config)
    const queue = known.get(name)
    if (!queue) await boss.createQueue(name, options)
    else if (differs(queue, options, consumes)) await boss.updateQueue(name, options)
  }
}
