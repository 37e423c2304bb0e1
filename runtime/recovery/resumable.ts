import { setTimeout as delay } from 'node:timers/promises'
import type { Logger } from 'pino'
import { Counter, Gauge } from 'prom-client'
import type { Db } from '../../db/schema.ts'
import { createLeases } from '../../db/work/leases.ts'
import {
  type PruneOptions,
  pruneInbox,
  pruneJobs,
  pruneKeys,
  pruneSagas,
} from '../../db/work/prune.ts'
import { metrics as declared } from '../../model/metrics.ts'
import { recoveries } from '../apps.ts'
import type { FunctionDatabase } from '../database.ts'
import type { Config } from '../settings/config.ts'
import type { Metrics } from '../telemetry/metrics.ts'

type Round = (env: object, ...rest: Parameters<Recover>) => ReturnType<Recover>

export type ResumableOptions = {
  config: Config
  metrics: Metrics
  logger: Logger
  database: FunctionDatabase
  /** A client per service that the function calls. */
  fetches: object
}

/** Leases, recovery and pruning for functions whose interrupted work must be resumable. */
export function openResumable({ config, metrics, logger, database, fetches }: ResumableOptions) {
  // The messages of an order carry its saga on, so that nothing has to be taken over.
  const load = config.STYLE === 'sync' ? recoveries[config.FUNCTION] : undefined
  const { db, apart, preparation: after } = database
  const leases = createLeases({
    db: apart,
    onError: (err) => logger.warn({ err }, 'cannot renew leases, retrying'),
  })
  const recovery =
    load &&
    startRecovery({
      after,
      everyMs: config.RECOVERY_INTERVAL_MS,
      // The table checks each function against its own bindings; here the type is their union.
      recover: async (signal) =>
        ((await load()).default as Round)({ db, leases, ...fetches }, signal),
      metrics,
      logger,
    })
  const pruning = startPruning({ db, hours: config.RETENTION_HOURS, after, metrics, logger })
  return {
    leases,
    async close() {
      await Promise.all([recovery?.close(), pruning.close()])
      leases.close()
    },
  }
}

type PruningOptions = {
  db: Db
  hours: number
  /** Resolves when the first round may begin. */
  after: Promise<unknown>
  metrics: Metrics
  logger: Logger
}

const everyMs = 60_000
const limit = 500

const prunings = {
  idempotency_keys: pruneKeys,
  order_sagas: pruneSagas,
  inbox: pruneInbox,
  jobs: pruneJobs,
} satisfies Record<string, (db: Db, options: PruneOptions) => Promise<number>>

/** Deletes rows older than `hours`, immediately and then every minute. */
function startPruning({ db, hours, after, metrics, logger }: PruningOptions) {
  const pruned = new Counter({
    ...declared.prunedRows,
    registers: [metrics.registry],
  })
  for (const table of Object.keys(prunings)) pruned.inc({ table }, 0)
  return startRounds({
    after,
    everyMs,
    async round(signal) {
      for (const [table, prune] of Object.entries(prunings))
        for (let rows = limit; rows > 0 && !signal.aborted; ) {
          rows = await prune(db, { hours, limit })
          pruned.inc({ table }, rows)
        }
    },
    onError: (err) => logger.warn({ err }, 'cannot delete old rows, retrying'),
  })
}

/** One round of recovery; it ends early when `signal` aborts. */
type Recover = (signal: AbortSignal) => Promise<{ ended: number; owed: number }>

type RecoveryOptions = {
  /** Resolves when the first round may begin. */
  after: Promise<unknown>
  everyMs: number
  recover: Recover
  metrics: Metrics
  logger: Logger
}

/** Recovers the work of dead instances, immediately and then periodically. */
function startRecovery({ after, everyMs, recover, metrics, logger }: RecoveryOptions) {
  const registers = [metrics.registry]
  const recovered = new Counter({ ...declared.sagasRecovered, registers })
  const owed = new Gauge({ ...declared.sagasOwed, registers })
  return startRounds({
    after,
    everyMs,
    async round(signal) {
      const found = await recover(signal)
      recovered.inc(found.ended)
      owed.set(found.owed)
      if (found.ended > 0) logger.warn(found, 'recovery ended unfinished orders')
    },
    onError: (err) => logger.warn({ err }, 'recovery failed, retrying'),
  })
}

type RoundsOptions = {
  /** Resolves when the first round may begin. */
  after: Promise<unknown>
  /** The pause after each round, in milliseconds. */
  everyMs: number
  /** Ends early when `signal` aborts. */
  round: (signal: AbortSignal) => Promise<void>
  /** Called when a round fails; the next one still runs. */
  onError: (error: Error) => void
}

/** Runs rounds until it is closed. */
function startRounds({ after, everyMs, round, onError }: RoundsOptions): {
  close: () => Promise<void>
} {
  const closing = new AbortController()
  const { signal } = closing
  const closed = new Promise<void>((resolve) =>
    signal.addEventListener('abort', () => resolve(), { once: true }),
  )

  async function run(): Promise<void> {
    await Promise.race([after, closed])
    while (!signal.aborted) {
      await round(signal).catch(onError)
      await delay(everyMs, undefined, { signal }).catch(() => {})
    }
  }
  const running = run()
  return {
    async close() {
      closing.abort()
      await running
    },
  }
}
