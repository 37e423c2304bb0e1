import { setTimeout as delay } from 'node:timers/promises'
import type { Logger } from 'pino'
import { Counter, Gauge } from 'prom-client'
import { holdInstanceLock } from '../db/instances.ts'
import type { Db } from '../db/schema.ts'
import type { Metrics } from './metrics.ts'

/** One round of finishing what an instance left behind. */
export type Recover = () => Promise<{ ended: number; owed: number }>

export type InstanceOptions = {
  /** How others know this instance. */
  id: number
  /** The one connection that holds the lock. */
  db: Db
  metrics: Metrics
  logger: Logger
  everyMs: number
  /** Resolves when the database has the newest schema. */
  prepared: Promise<unknown>
  recover?: Recover | undefined
}

export type Instance = {
  /** Whether others see it alive. */
  isKnown: () => boolean
  /** Resolves when they do for the first time. */
  firstRound: Promise<void>
  close: () => Promise<void>
}

/**
 * Lets others see that this instance lives, so that they leave its unfinished work alone, and finishes what those that are
 * gone have left: at once, and then every `everyMs`.
 */
export function openInstance({ id, db, metrics, logger, everyMs, prepared, recover }: InstanceOptions): Instance {
  const closing = new AbortController()
  const report = recover && watchRecovery(metrics, logger)
  const first = Promise.withResolvers<void>()
  let known = false

  async function round(): Promise<void> {
    await holdInstanceLock(db, id)
    known = true
    first.resolve()
    if (recover) report?.(await recover())
  }

  async function live(): Promise<void> {
    await prepared
    while (!closing.signal.aborted) {
      await round().catch((err: Error) => logger.warn({ err }, 'unfinished work cannot be looked for, trying again'))
      await delay(everyMs, undefined, { signal: closing.signal }).catch(() => {})
    }
  }
  const life = live()

  return {
    isKnown: () => known,
    firstRound: first.promise,
    async close() {
      closing.abort()
      await life
    },
  }
}

function watchRecovery({ registry }: Metrics, logger: Logger) {
  const recovered = new Counter({
    name: 'sagas_recovered_total',
    help: 'Orders that were left unfinished and have been brought to their end',
    registers: [registry],
  })
  const owed = new Gauge({
    name: 'sagas_owed',
    help: 'Orders left unfinished whose compensation is not confirmed yet',
    registers: [registry],
  })
  return (round: Awaited<ReturnType<Recover>>) => {
    recovered.inc(round.ended)
    owed.set(round.owed)
    if (round.ended > 0) logger.warn(round, 'orders that were left unfinished have been ended')
  }
}
