import { setTimeout as delay } from 'node:timers/promises'
import type { Logger } from 'pino'
import { createLeases } from '../db/leases.ts'
import { askedBy, type Resources } from '../functions/bindings.ts'
import { type FunctionName, services } from '../model/services.ts'
import { settingsReadBy } from '../model/settings.ts'
import { recoveries } from './apps.ts'
import { createClient } from './clients.ts'
import type { Config } from './config.ts'
import { type FunctionDatabase, openDatabase } from './database.ts'
import { startPruning } from './recovery/pruning.ts'
import { type Recover, startRecovery } from './recovery/recovery.ts'
import type { Metrics } from './telemetry/metrics.ts'
import { createDigestWorkers } from './workers.ts'

export type BindingsOptions = { config: Config; metrics: Metrics; logger: Logger }

export type OpenBindings = {
  /** The contents of `c.env`. */
  env: object
  /** The unmet dependencies, in words. */
  missing: () => Promise<string[]>
  /** Whether the function is ready. */
  prepared: () => boolean
  /** Resolves when it is ready, or after `limitMs`. */
  untilPrepared: (limitMs: number) => Promise<void>
  /** Resolves with the reason if it can never be ready. */
  unusable: Promise<string>
  close: () => Promise<void>
}

type Round = (env: object) => ReturnType<Recover>

type ResourceTable = { [R in keyof Resources]: Resources[R] | undefined }

/** Opens the dependencies of a function: database, clients and workers; adds its settings. */
export function openBindings({ config, metrics, logger }: BindingsOptions): OpenBindings {
  const row = services[config.FUNCTION]
  const database =
    config.DATABASE_URL === undefined
      ? undefined
      : openDatabase({ url: config.DATABASE_URL, config, metrics, logger })
  const clients = openClients(config, metrics, logger)
  const fetches = Object.fromEntries(clients.map(({ target, client }) => [target, client.fetch]))
  const resumable =
    database && row.resumable
      ? openResumable({ config, metrics, logger }, database, fetches)
      : undefined
  const workers = row.workers ? createDigestWorkers(digestThreads(config)) : undefined
  const resources: ResourceTable = {
    db: database?.db,
    digest: workers?.digest,
    leases: resumable?.leases,
  }
  return {
    env: {
      ...fetches,
      ...settingsFor(config),
      ...resourcesFor(config.FUNCTION, resources),
    },
    missing: async () => (await database?.missing()) ?? [],
    unusable: database?.unusable ?? new Promise(() => {}),
    prepared: () => database?.isPrepared() ?? true,
    async untilPrepared(limitMs) {
      const limit = new AbortController()
      await Promise.race([
        database?.preparation,
        delay(limitMs, undefined, { signal: limit.signal }),
      ])
      limit.abort()
    },
    async close() {
      await resumable?.close()
      await Promise.all([
        database?.close(),
        workers?.close(),
        ...clients.map(({ client }) => client.close()),
      ])
    },
  }
}

/** Wall-clock reports share the cores, like the study's threads: none waits for a worker. */
const digestThreads = ({ REPORT_WORKERS, REPORT_BUDGET, CONCURRENCY }: Config) => ({
  threads: REPORT_WORKERS,
  most: REPORT_BUDGET === 'wall' ? Math.max(REPORT_WORKERS, CONCURRENCY) : REPORT_WORKERS,
})

const settingsFor = (config: Config) =>
  Object.fromEntries(settingsReadBy(config.FUNCTION).map((setting) => [setting, config[setting]]))

/**
 * The resources of a function's row.
 * @throws Error if one of them was not opened: the function would fail on its first request
 */
export function resourcesFor(name: FunctionName, resources: ResourceTable): Partial<Resources> {
  const asked = Object.entries(askedBy).filter(([, column]) => services[name][column])
  for (const [resource] of asked)
    if (resources[resource as keyof Resources] === undefined)
      throw new Error(`The ${name} function needs "${resource}", which its container did not open`)
  return Object.fromEntries(
    asked.map(([resource]) => [resource, resources[resource as keyof Resources]]),
  )
}

const openClients = (config: Config, metrics: Metrics, logger: Logger) =>
  Object.entries(config.urls).map(([target, baseURL]) => ({
    target: target as FunctionName,
    client: createClient({
      target,
      baseURL,
      metrics,
      logger,
      timeoutMs: config.CALL_TIMEOUT_MS,
      connections: config.CONCURRENCY,
    }),
  }))

/** Leases, recovery and pruning for functions whose interrupted work must be resumable. */
function openResumable(
  { config, metrics, logger }: BindingsOptions,
  database: FunctionDatabase,
  fetches: object,
) {
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
