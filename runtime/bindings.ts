import { setTimeout as delay } from 'node:timers/promises'
import type { Logger } from 'pino'
import { askedBy, type Resources } from '../functions/bindings.ts'
import { type FunctionName, services } from '../model/services.ts'
import { settingsReadBy } from '../model/settings.ts'
import type { FunctionDatabase } from './database.ts'
import type { Config } from './settings/config.ts'
import type { Metrics } from './telemetry/metrics.ts'

export type BindingsOptions = { config: Config; metrics: Metrics; logger: Logger }

export type OpenBindings = {
  /** The database of the function, if it has one. */
  database: FunctionDatabase | undefined
  /** The contents of `c.env`. */
  env: object
  /** The unmet dependencies, in words. */
  missing: () => Promise<string[]>
  /** Whether the function is ready; without it, it is from the start. */
  prepared: (() => boolean) | undefined
  /** Resolves when it is ready, or after `limitMs`. */
  untilPrepared: (limitMs: number) => Promise<void>
  /** Resolves with the reason if it can never be ready. */
  unusable: Promise<string>
  close: () => Promise<void>
}

type ResourceTable = { [R in keyof Resources]: Resources[R] | undefined }

/**
 * Opens the dependencies of a function: database, clients and workers; adds its settings. What a
 * function does not need is not even imported: ten containers on one machine share its memory.
 */
export async function openBindings(options: BindingsOptions): Promise<OpenBindings> {
  const { config } = options
  const row = services[config.FUNCTION]
  const database = await openFunctionDatabase(options)
  const clients = await openClients(options)
  const fetches = Object.fromEntries(clients.map(({ target, client }) => [target, client.fetch]))
  const resumable =
    database && row.resumable
      ? (await import('./recovery/resumable.ts')).openResumable({ ...options, database, fetches })
      : undefined
  const workers = row.workers
    ? (await import('./workers.ts')).createDigestWorkers(digestThreads(config))
    : undefined
  const resources: ResourceTable = {
    db: database?.db,
    digest: workers?.digest,
    leases: resumable?.leases,
  }
  return {
    database,
    env: {
      ...fetches,
      ...settingsFor(config),
      ...resourcesFor(config.FUNCTION, resources),
    },
    missing: async () => (await database?.missing()) ?? [],
    unusable: database?.unusable ?? new Promise(() => {}),
    prepared: database?.isPrepared,
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
  threads: REPORT_BUDGET === 'wall' ? Math.max(REPORT_WORKERS, CONCURRENCY) : REPORT_WORKERS,
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

async function openFunctionDatabase({ config, metrics, logger }: BindingsOptions) {
  const { DATABASE_URL: url } = config
  if (url === undefined) return undefined
  const { openDatabase } = await import('./database.ts')
  return openDatabase({ url, config, metrics, logger })
}

async function openClients({ config, metrics, logger }: BindingsOptions) {
  const urls = Object.entries(config.urls)
  if (urls.length === 0) return []
  const { createClient } = await import('./calls/clients.ts')
  const { CALL_TIMEOUT_MS: timeoutMs, CONCURRENCY: connections } = config
  return urls.map(([target, baseURL]) => ({
    target: target as FunctionName,
    client: createClient({ target, baseURL, metrics, logger, timeoutMs, connections }),
  }))
}
