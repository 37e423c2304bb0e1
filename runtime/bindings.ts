import { randomInt } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import type { Logger } from 'pino'
import { createClient } from './clients.ts'
import type { Config } from './config.ts'
import { type FunctionDatabase, openDatabase } from './database.ts'
import { openInstance } from './instance.ts'
import type { Metrics } from './metrics.ts'
import { startRecovery } from './recovery.ts'
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
  const database =
    config.DATABASE_URL === undefined
      ? undefined
      : openDatabase({ url: config.DATABASE_URL, config, metrics, logger })
  const clients = openClients(config, metrics)
  const fetches = Object.fromEntries(clients.map(({ target, client }) => [target, client.fetch]))
  const unfinished =
    database && services[config.FUNCTION].resumes
      ? openUnfinished({ config, metrics, logger }, database, fetches)
      : undefined
  const workers = services[config.FUNCTION].workers
    ? createDigestWorkers(digestThreads(config))
    : undefined
  const isKnown = () => unfinished?.instance.isKnown() ?? true
  return {
    env: {
      ...(database && { db: database.db }),
      ...fetches,
      ...unfinished?.env,
      ...(workers && { digest: workers.digest }),
      emailDelayMs: config.EMAIL_DELAY_MS,
      paymentDelayMs: config.PAYMENT_DELAY_MS,
      paymentOutcome: config.PAYMENT_OUTCOME,
      reportCpuSeconds: config.REPORT_CPU_SECONDS,
      reportBudget: config.REPORT_BUDGET,
    },
    missing: async () => {
      const missing = (await database?.missing()) ?? []
      return missing.length === 0 && !isKnown() ? ['database: not known to others yet'] : missing
    },
    prepared: () => (database?.isPrepared() ?? true) && isKnown(),
    async untilPrepared(limitMs) {
      const ready = Promise.all([database?.preparation, unfinished?.instance.firstKnown])
      const limit = new AbortController()
      await Promise.race([ready, delay(limitMs, undefined, { signal: limit.signal })])
      limit.abort()
    },
    async close() {
      await unfinished?.close()
      await Promise.all([
        database?.close(),
        workers?.close(),
        ...clients.map(({ client }) => client.close()),
      ])
    },
  }
}

/** Reports that end by the clock share the cores, as the study's threads did: none waits for a thread. */
const digestThreads = ({ REPORT_WORKERS, REPORT_BUDGET, CONCURRENCY }: Config) => ({
  threads: REPORT_WORKERS,
  most: REPORT_BUDGET === 'wall' ? Math.max(REPORT_WORKERS, CONCURRENCY) : REPORT_WORKERS,
})

const openClients = (config: Config, metrics: Metrics) =>
  Object.entries(config.urls).map(([target, baseURL]) => ({
    target: target as FunctionName,
    client: createClient({
      target,
      baseURL,
      metrics,
      timeoutMs: config.CALL_TIMEOUT_MS,
      connections: config.CONCURRENCY,
    }),
  }))

/** What a function needs whose work another attempt, or another instance, has to find where it was cut off. */
function openUnfinished(
  { config, metrics, logger }: BindingsOptions,
  database: FunctionDatabase,
  fetches: object,
) {
  const { recover } = services[config.FUNCTION]
  const env = { instance: randomInt(1, 2 ** 31), inFlight: new Set<string>() }
  const instance = openInstance({
    id: env.instance,
    db: database.apart,
    logger,
    prepared: database.preparation,
  })
  const recovery =
    recover &&
    startRecovery({
      after: instance.firstKnown,
      everyMs: config.RECOVERY_INTERVAL_MS,
      recover: async () => (await recover()).default({ db: database.db, ...env, ...fetches }),
      metrics,
      logger,
    })
  return {
    env,
    instance,
    async close() {
      await recovery?.close()
      await instance.close()
    },
  }
}
