/** Messages in PostgreSQL, kept by pg-boss. */
import { fromKysely, PgBoss, type Queue } from 'pg-boss'
import type { Logger } from 'pino'
import { connect } from '../../db/connection/connect.ts'
import { queueSchema } from '../../db/work/store-messages.ts'
import type { QueueDb } from '../../db/work/taken-messages.ts'
import { type QueueName, queueNames } from '../../model/messages.ts'
import type { FunctionDatabase } from '../database.ts'
import type { Config } from '../settings/config.ts'
import { type Broker, brokerConnections } from './broker.ts'
import { createHearing } from './hearing.ts'
import { createClaims } from './pg-boss-claims.ts'
import { queueOptions } from './queue-options.ts'

export type PgBossOptions = {
  url: string
  /** The connection for what is asked at the start and at rest. */
  apart: FunctionDatabase['apart']
  config: Config
  /** The queues that this process consumes. */
  consumes: readonly QueueName[]
  logger: Logger
  connections?: number
}

const hour = 3600

const maintenanceMs = 60_000

const createBoss = (db: QueueDb, migrate: boolean) =>
  new PgBoss({
    migrate,
    // At the start, its looks would come from each of ten services.
    supervise: false,
    db,
    schema: queueSchema,
    schedule: false,
    registerInstance: false,
    openTelemetry: { enabled: false },
    maintenanceIntervalSeconds: maintenanceMs / 1000,
    bamIntervalSeconds: hour,
    // Queues stay as they are.
    queueCacheIntervalSeconds: hour,
  })

async function startBoss(db: QueueDb, options: PgBossOptions, migrate: boolean): Promise<PgBoss> {
  const { logger } = options
  const boss = createBoss(db, migrate)
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

/**
 * Most starts find the newest schema, and leave out what pg-boss looks for after a migration. They ask
 * on the connection that is open already: another one costs as much as all of their questions.
 */
async function startOrMigrate(own: QueueDb, options: PgBossOptions): Promise<PgBoss> {
  let db = fromKysely(options.apart)
  const current: QueueDb = { executeSql: (...statement) => db.executeSql(...statement) }
  const boss = await startBoss(current, options, false).catch((error: Error) => {
    if (!lacksSchema(error)) throw error
    return startBoss(own, options, true)
  })
  db = own
  return boss
}

/** Connections of its own, opened when the first of them is needed. */
function openOwn({ url, config, connections = brokerConnections, logger }: PgBossOptions) {
  const onLost = (err: Error) => logger.warn({ err }, 'database connection lost')
  const timeoutMs = config.DB_POOL_TIMEOUT_MS
  const { pool } = connect({ url, max: connections, timeoutMs, onLost })
  // Several statements at once have several results, which Kysely does not expect.
  const db: QueueDb = { executeSql: (text, values) => pool.query(text, values) }
  // Kysely ends only a pool that it has used.
  return { db, close: () => pool.end() }
}

/**
 * Opens the queues; makes those that are missing.
 * @throws the error of the database
 */
export async function openBoss(options: PgBossOptions) {
  const { logger } = options
  const own = openOwn(options)
  const boss = await startOrMigrate(own.db, options).catch(async (error) => {
    await own.close()
    throw error
  })
  // One instance of all does it: the others find that it is done.
  const maintain = () =>
    boss.supervise().catch((err) => logger.warn({ err }, 'the queues cannot be looked after'))
  const maintenance = setInterval(maintain, maintenanceMs).unref()
  return {
    boss,
    async close() {
      clearInterval(maintenance)
      await boss.stop({ graceful: false })
      await own.close()
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
    ...createClaims(boss, fromKysely(options.apart)),
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
