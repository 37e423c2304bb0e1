import { randomInt } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import type { Logger } from 'pino'
import { createClient } from './clients.ts'
import type { Config } from './config.ts'
import { openDatabase } from './database.ts'
import { openInstance } from './instance.ts'
import type { Metrics } from './metrics.ts'
import { type FunctionName, services } from './services.ts'
import { createDigestWorkers } from './workers.ts'

export type BindingsOptions = { config: Config; metrics: Metrics; logger: Logger }

export type Bindings = {
  /** What the function finds in `c.env`. */
  env: object
  /** What is missing before requests can be served, in words. */
  missing: () => Promise<string[]>
  /** Whether the function may be asked at all. */
  prepared: () => boolean
  /** Resolves when it may, or after `limitMs`. */
  untilPrepared: (limitMs: number) => Promise<void>
  close: () => Promise<void>
}

/** Opens what the configured function needs: its database, a client per service that it calls, its workers, its settings. */
export function openBindings({ config, metrics, logger }: BindingsOptions): Bindings {
  const { workers, resumes, recover } = services[config.FUNCTION]
  const database =
    config.DATABASE_URL === undefined ? undefined : openDatabase({ url: config.DATABASE_URL, config, metrics, logger })
  const clients = Object.entries(config.urls).map(([target, baseURL]) => ({
    target: target as FunctionName,
    client: createClient({
      target,
      baseURL,
      metrics,
      timeoutMs: config.CALL_TIMEOUT_MS,
      connections: config.CONCURRENCY,
    }),
  }))
  const unfinished = { instance: randomInt(1, 2 ** 31), inFlight: new Set<string>() }
  const fetches = Object.fromEntries(clients.map(({ target, client }) => [target, client.fetch]))
  const instance =
    database && resumes
      ? openInstance({
          id: unfinished.instance,
          db: database.apart,
          metrics,
          logger,
          everyMs: config.RECOVERY_INTERVAL_MS,
          prepared: database.preparation,
          recover: recover && (async () => (await recover()).default({ db: database.db, ...unfinished, ...fetches })),
        })
      : undefined
  const digestWorkers = workers ? createDigestWorkers({ threads: config.REPORT_WORKERS }) : undefined
  return {
    env: {
      ...(database && { db: database.db }),
      ...fetches,
      ...(instance && unfinished),
      ...(digestWorkers && { digest: digestWorkers.digest }),
      emailDelayMs: config.EMAIL_DELAY_MS,
      paymentDelayMs: config.PAYMENT_DELAY_MS,
      paymentOutcome: config.PAYMENT_OUTCOME,
      reportCpuSeconds: config.REPORT_CPU_SECONDS,
    },
    missing: async () => {
      const missing = (await database?.missing()) ?? []
      return missing.length === 0 && instance?.isKnown() === false ? ['database: not known to others yet'] : missing
    },
    prepared: () => (database?.isPrepared() ?? true) && (instance?.isKnown() ?? true),
    async untilPrepared(limitMs) {
      const ready = Promise.all([database?.preparation, instance?.firstRound])
      const limit = new AbortController()
      await Promise.race([ready, delay(limitMs, undefined, { signal: limit.signal })])
      limit.abort()
    },
    async close() {
      await instance?.close()
      await Promise.all([database?.close(), digestWorkers?.close(), ...clients.map(({ client }) => client.close())])
    },
  }
}
