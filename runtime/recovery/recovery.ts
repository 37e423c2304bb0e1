import type { Logger } from 'pino'
import { Counter, Gauge } from 'prom-client'
import { metrics as declared } from '../../model/metrics.ts'
import type { Metrics } from '../telemetry/metrics.ts'
import { startRounds } from './rounds.ts'

/** One round of finishing what an instance left behind. */
export type Recover = () => Promise<{ ended: number; owed: number }>

export type RecoveryOptions = {
  /** What the first round waits for. */
  after: Promise<unknown>
  everyMs: number
  recover: Recover
  metrics: Metrics
  logger: Logger
}

/** Finishes what instances that are gone have left: at once, and then again and again. */
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
      if (found.ended > 0) logger.warn(found, 'orders that were left unfinished have been ended')
    },
    onError: (err) => logger.warn({ err }, 'unfinished orders cannot be looked for, trying again'),
  })
}
