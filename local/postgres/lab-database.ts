import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { checkDatabase } from '../../db/connection/check-database.ts'
import { freePort, isFree } from '../processes/ports.ts'
import { StartError } from '../start.ts'
import { type Postgres, startPostgres } from './postgres.ts'

/**
 * The database of one lab: an existing server, or an embedded one that ends with the lab.
 */
export type LabDatabase = {
  url: string
  /** The data folder of an embedded server. */
  postgresFolder?: string
  close: () => Promise<void>
}

export type LabDatabaseOptions = {
  /** A server that runs already; an embedded one is started by default. */
  url?: string | undefined
  /** The data folder of the embedded server; by default a temporary one, deleted on close. */
  folder?: string | undefined
  /** The port of the embedded server if it is free; 0 for any. */
  port?: number
  /** Connections that the embedded server accepts. */
  maxConnections?: number | undefined
  say?: (line: string) => void
}

/** The port of PostgreSQL in the study. */
export const postgresPort = 5432

/**
 * Opens the database of a lab.
 * @throws StartError if the given server cannot be used, or the embedded one does not start
 */
export async function openLabDatabase({
  url,
  folder: wanted,
  say = () => {},
  ...options
}: LabDatabaseOptions): Promise<LabDatabase> {
  if (url !== undefined) return openOwnServer(url)
  const folder = wanted ?? (await mkdtemp(join(tmpdir(), 'lockstep-')))
  const cleanUp = wanted === undefined ? remove : async () => {}
  try {
    const postgres = await startOnFreePort(folder, say, options)
    if (wanted !== undefined && postgres.folder !== wanted)
      say(
        `  PostgreSQL keeps its data in ${postgres.folder} because its account cannot read ${wanted}`,
      )
    const close = async () => {
      await postgres.stop()
      await cleanUp(folder, postgres.folder)
    }
    return { url: postgres.url, postgresFolder: postgres.folder, close }
  } catch (error) {
    await cleanUp(folder)
    throw new StartError((error as Error).message, { cause: error })
  }
}

/** Retries once on another port if the port was taken in between. */
async function startOnFreePort(
  folder: string,
  say: (line: string) => void,
  { port: wanted = postgresPort, maxConnections }: LabDatabaseOptions,
): Promise<Postgres> {
  const port = await freePort(wanted)
  say(`Starting PostgreSQL on port ${port}${port === wanted ? '' : ` (${wanted} is taken)`} …`)
  try {
    return await startPostgres({ folder, maxConnections, port })
  } catch (error) {
    if (await isFree(port)) throw error
    return startPostgres({ folder, maxConnections, port: await freePort() })
  }
}

const remove = (...folders: string[]) =>
  Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true })))

async function openOwnServer(url: string): Promise<LabDatabase> {
  await checkDatabase(url).catch((error: Error) => {
    throw new StartError(error.message, { cause: error })
  })
  return { url, close: async () => {} }
}
