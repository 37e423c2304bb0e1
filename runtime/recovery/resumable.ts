import type { Logger } from 'pino'
import { createLeases } from '../../db/work/leases.ts'
import { recoveries } from '../apps.ts'
import type { FunctionDatabase } from '../database.ts'
import type { Config } from '../settings/config.ts'
import type { Metrics } from '../telemetry/metrics.ts'
import { startPruning } from './pruning.ts'
import { type Recover, startRecovery } from './recovery.ts'

type Round = (env: object) => ReturnType<Recover>

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
  const load = recoveries[config.FUNCTION]
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
      recover: async () => ((await load()).default as Round)({ db, leases, ...fetches }),
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
