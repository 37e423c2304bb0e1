import type { Logger } from 'pino'
import { Counter } from 'prom-client'
import type { Db } from '../../db/schema.ts'
import { type PruneOptions, pruneKeys, pruneSagas } from '../../db/work/prune.ts'
import { metrics as declared } from '../../model/metrics.ts'
import type { Metrics } from '../telemetry/metrics.ts'
import { startRounds } from './rounds.ts'

export type PruningOptions = {
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
} satisfies Record<string, (db: Db, options: PruneOptions) => Promise<number>>

/** Deletes keys and ended sagas older than `hours`, immediately and then every minute. */
export function startPruning({ db, hours, after, metrics, logger }: PruningOptions) {
  const pruned = new Counter({
    ...declared.prunedRows,
    registers: [metrics.registry],
  })
  for (const table of Object.keys(prunings)) pruned.inc({ table }, 0)
  let closed = false
  const rounds = startRounds({
    after,
    everyMs,
    async round() {
      for (const [table, prune] of Object.entries(prunings))
        for (let rows = limit; rows > 0 && !closed; ) {
          rows = await prune(db, { hours, limit })
          pruned.inc({ table }, rows)
        }
    },
    onError: (err) => logger.warn({ err }, 'cannot delete old rows, retrying'),
  })
  return {
    async close(): Promise<void> {
      closed = true
      await rounds.close()
    },
  }
}
