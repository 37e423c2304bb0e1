import { type Lab, type LabOptions, launchLab } from './lab.ts'
import {
  type LabDatabase,
  type LabDatabaseOptions,
  openLabDatabase,
} from './postgres/lab-database.ts'

export type OpenLabOptions = Omit<LabOptions, 'databaseUrl'> & {
  database: LabDatabaseOptions
  /** Aborts to close the lab while it opens. */
  signal?: AbortSignal
  /** Aborts to kill the services, including their accepted requests. */
  hurry?: AbortSignal
}

export type OpenLab = Lab & {
  databaseUrl: string
  /** The data folder of an embedded PostgreSQL. */
  postgresFolder?: string | undefined
  /** Stops the services, callers first, then PostgreSQL. */
  close: () => Promise<void>
}

/**
 * Opens a lab: PostgreSQL and the services, all of them ready. If it fails, it closes all of them.
 * @throws StartError or Error if a part does not start; the reason of `signal` if that aborts
 */
export async function openLab({
  database: databaseOptions,
  signal,
  hurry,
  ...options
}: OpenLabOptions): Promise<OpenLab> {
  signal?.throwIfAborted()
  await using opened = new AsyncDisposableStack()
  const opening = openLabDatabase(databaseOptions)
  opened.defer(() => closeOpened(opening))
  // A server of DATABASE_URL is checked first; an embedded one starts together with the services.
  if (databaseOptions.url !== undefined) await opening
  const lab = launchLab({ ...options, databaseUrl: opening.then(({ url }) => url) })
  opened.defer(() => lab.stop())
  hurry?.addEventListener('abort', lab.kill, { once: true })
  const [database] = await Promise.race([Promise.all([opening, lab.ready]), aborted(signal)])
  const { url: databaseUrl, postgresFolder } = database
  const owned = opened.move()
  return { ...lab, databaseUrl, postgresFolder, close: () => owned.disposeAsync() }
}

/** Rejects when `signal` aborts. */
const aborted = (signal?: AbortSignal) =>
  new Promise<never>((_, reject) => {
    signal?.addEventListener('abort', () => reject(signal.reason), { once: true })
  })

/** Closes the database if it was opened; a failure to open has been reported already. */
async function closeOpened(opening: Promise<LabDatabase>): Promise<void> {
  const [result] = await Promise.allSettled([opening])
  if (result.status === 'fulfilled') await result.value.close()
}
