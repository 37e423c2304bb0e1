import type { Logger } from 'pino'
import { Counter, Gauge } from 'prom-client'
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
  const recovered = new Counter({
    name: 'sagas_recovered_total',
    help: 'Orders that were left unfinished and that this instance has brought to their end',
    registers,
  })
  const owed = new Gauge({
    name: 'sagas_owed',
    help: 'Orders left unfinished whose compensation is not confirmed yet, as the last round found them',
    registers,
  })
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
