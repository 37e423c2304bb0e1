import { setTimeout as delay } from 'node:timers/promises'
import { sql } from 'kysely'
import type { Logger } from 'pino'
import { connect } from '../db/connect.ts'
import { migrateToLatest } from '../db/migrate.ts'
import type { Config } from './config.ts'
import { type Metrics, watchPool } from './metrics.ts'
import { recordSpan } from './telemetry/spans.ts'

const retryAfterMs = 250
const probeTimeoutMs = 2000

type Options = { url: string; config: Config; metrics: Metrics; logger: Logger }

/**
 * A function's database: the bounded pool for its queries, and one connection apart from it for migrations and probes, so
 * that a busy pool does not look like a database that is away. Migrates in the background until that succeeds.
 */
export function openDatabase({ url, config, metrics, logger }: Options) {
  const onLost = (err: Error) => logger.warn({ err }, 'database connection lost')
  const main = connect({
    url,
    max: config.DB_POOL_MAX,
    timeoutMs: config.DB_POOL_TIMEOUT_MS,
    onAcquire: (milliseconds) => {
      metrics.poolWait.observe(milliseconds / 1000)
      recordSpan({ name: 'pool', start: performance.now() - milliseconds })
    },
    onQuery: (milliseconds, sql) =>
      recordSpan({
        name: 'db',
        kind: 'client',
        start: performance.now() - milliseconds,
        attributes: { 'db.system.name': 'postgresql', 'db.query.text': sql },
      }),
    onLost,
  })
  // It stays open when nobody asks for anything: an instance's lock lives as long as this connection does.
  const apart = connect({ url, max: 1, timeoutMs: probeTimeoutMs, idleTimeoutMs: 0, onLost })
  const closing = new AbortController()
  let migrated = false
  watchPool(metrics, main.pool)

  async function prepare(): Promise<void> {
    while (!closing.signal.aborted && !migrated) {
      try {
        const ran = await migrateToLatest(apart.db)
        migrated = true
        logger.info({ migrations: ran }, 'database is at the newest schema')
      } catch (err) {
        logger.warn({ err }, `database cannot be prepared, trying again in ${retryAfterMs} ms`)
        await delay(retryAfterMs, undefined, { signal: closing.signal }).catch(() => {})
      }
    }
  }
  const preparation = prepare()

  return {
    db: main.db,
    apart: apart.db,
    /** Resolves when the schema is the newest, or when the container ends. */
    preparation,
    isPrepared: () => migrated,
    /** What is missing, in words; empty where the database answers and has the newest schema. */
    async missing(): Promise<string[]> {
      if (!migrated) return ['database: not prepared yet']
      return sql`select 1`.execute(apart.db).then(
        () => [],
        () => ['database: unreachable'],
      )
    },
    async close(): Promise<void> {
      closing.abort()
      await preparation
      await Promise.all([main.close(), apart.close()])
    },
  }
}

export type FunctionDatabase = ReturnType<typeof openDatabase>
