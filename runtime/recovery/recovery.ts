import type { Logger } from 'pino'
import { Counter, Gauge } from 'prom-client'
import { metrics as declared } from '../../model/metrics.ts'
import type { Metrics } from '../telemetry/metrics.ts'
import { startRounds } from './rounds.ts'

/** One round of recovery. */
export type Recover = () => Promise<{ ended: number; owed: number }>

export type RecoveryOptions = {
  /** Resolves when the first round may begin. */
  after: Promise<unknown>
  everyMs: number
  recover: Recover
  metrics: Metrics
  logger: Logger
}

/** Recovers the work of dead instances, immediately and then periodically. */
export function startRecovery({ after, everyMs, recover, metrics, logger }: RecoveryOptions) {
  const registers = [metrics.registry]
  const recovered = new Counter({ ...declared.sagasRecovered, registers })
  const owed = new Gauge({ ...declared.sagasOwed, registers })
  return startRounds({
    after,
    everyMs,
    async round() {
      const found = await recover()
      recovered.inc(found.ended)
      owed.set(found.owed)
      if (found.ended > 0) logger.warn(found, 'recovery ended unfinished orders')
    },
    onError: (err) => logger.warn({ err }, 'recovery failed, retrying'),
  })
}
