import { setTimeout as delay } from 'node:timers/promises'
import { sql } from 'kysely'
import type { Logger } from 'pino'
import { connect } from '../db/connection/connect.ts'
import { judgeRoom, readConnectionRoom } from '../db/connection/connection-room.ts'
import { createNotifications, type Listener } from '../db/connection/notifications.ts'
import { prepareDatabase } from '../db/connection/prepare-database.ts'
import type { Db } from '../db/schema.ts'
import { brokerConnections } from './messaging/broker.ts'
import type { Config } from './settings/config.ts'
import { watchPool } from './telemetry/gauges.ts'
import type { Metrics } from './telemetry/metrics.ts'
import { currentRequest, recordSpan } from './telemetry/spans.ts'
import { tryUntilDone } from './try-until-done.ts'

const probeTimeoutMs = 2000
// The others of a lab start as well, and have opened their connections then.
const reportMs = 1500

/**
 * The client's signal, before the first query: until then, a request can end without leaving
 * unfinished work.
 */
function clientWithoutQuery(): AbortSignal | undefined {
  const request = currentRequest()
  const hasAsked = request?.get('spans')?.some(({ name }) => name === 'db')
  return hasAsked ? undefined : request?.req.raw.signal
}

type Options = { url: string; config: Config; metrics: Metrics; logger: Logger }

/**
 * A function's database: the bounded pool for its queries, and a separate connection for migrations,
 * probes, notifications and renewals of leases, so that a busy pool neither looks like an outage nor lets a lease
 * expire. Migrates in the background until it succeeds.
 */
export function openDatabase({ url, config, metrics, logger }: Options) {
  const onLost = (err: Error) => logger.warn({ err }, 'database connection lost')
  const main = connect({
    url,
    max: config.DB_POOL_MAX,
    timeoutMs: config.DB_POOL_TIMEOUT_MS,
    keepPlans: true,
    leaving: clientWithoutQuery,
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
  // It stays open, because a server at its limit would accept no new connection for a renewal.
  const notifications = createNotifications()
  const apart = connect({
    url,
    max: 1,
    timeoutMs: probeTimeoutMs,
    idleTimeoutMs: 0,
    onOpen: notifications.subscribe,
    onLost,
  })
  const closing = new AbortController()
  const unusable = Promise.withResolvers<string>()
  let migrated = false
  let readOnly: boolean | undefined = false
  watchPool(metrics, main.pool)

  /**
   * A pool that the server cannot fill answers 503 under load, which is too late to learn of it.
   * Nobody waits for the report, and what cannot be counted is no reason to stay away.
   */
  async function reportRoom(): Promise<void> {
    await delay(reportMs, undefined, { signal: closing.signal, ref: false })
    const { replicas, problem } = judgeRoom(
      await readConnectionRoom(apart.db),
      config.DB_POOL_MAX,
      {
        style: config.STYLE,
        apart: config.STYLE === 'async' ? 1 + brokerConnections : 1,
      },
    )
    if (problem) logger.warn({ replicas }, problem)
    else logger.info({ replicas }, 'the database has connections for so many replicas')
  }

  async function prepare(): Promise<void> {
    const { signal } = closing
    const trying = { url, signal, logger, unusable: unusable.resolve }
    const ran = await tryUntilDone(() => prepareDatabase(apart.db, url), trying)
    if (!ran) return
    migrated = true
    logger.info({ migrations: ran }, 'the database has the newest schema')
    void reportRoom().catch((err) => logger.debug({ err }, 'cannot count connections'))
  }
  const preparation = prepare()

  return {
    url,
    db: main.db,
    apart: apart.db,
    /** Hears notifications on the connection apart. */
    listen: (to: Listener) => notifications.listen(apart.pool, to),
    /** Resolves when the database has the newest schema, or when the container ends. */
    preparation,
    /** Resolves with the reason if the database is unusable. */
    unusable: unusable.promise,
    isPrepared: () => migrated,
    /** The problem in words; empty if the database accepts writes and has the newest schema. */
    async missing(): Promise<string[]> {
      if (!migrated) return ['database: not prepared yet']
      const before = readOnly
      readOnly = await isReadOnly(apart.db).catch(() => undefined)
      // A session may stay read-only after its server accepts writes, so it is replaced.
      if (readOnly || before) main.renew()
      if (readOnly) apart.renew()
      if (readOnly === undefined) return ['database: unreachable']
      return readOnly ? ['database: read-only'] : []
    },
    async close(): Promise<void> {
      closing.abort()
      await preparation
      await Promise.all([main.close(), apart.close()])
    },
  }
}

async function isReadOnly(db: Db): Promise<boolean> {
  const { rows } = await sql<{ read_only: boolean }>`
    select current_setting('transaction_read_only')::boolean as read_only
  `.execute(db)
  return rows[0]?.read_only ?? false
}

export type FunctionDatabase = ReturnType<typeof openDatabase>
