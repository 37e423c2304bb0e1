import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { checkDatabase } from '../db/check-database.ts'
import { freePort, isFree } from './ports.ts'
import { type Postgres, startPostgres } from './postgres.ts'
import { StartError } from './start-error.ts'

/** The database of one lab: the user's own server, or an embedded one that ends with the lab. */
export type LabDatabase = { url: string; postgresFolder?: string; close: () => Promise<void> }

export type LabDatabaseOptions = {
  /** The user's own server, where there is one. */
  url?: string | undefined
  /** Where the embedded server keeps its data. */
  folder: string
  /** Whether that data is thrown away at the end. */
  ephemeral: boolean
  say?: (line: string) => void
}

const studyPort = 5432

/**
 * Opens the database of a lab.
 * @throws StartError if the user's own server cannot be used, or the embedded one does not start
 */
export async function openLabDatabase({
  url,
  folder,
  ephemeral,
  say = () => {},
}: LabDatabaseOptions): Promise<LabDatabase> {
  if (url !== undefined) return openOwnServer(url)
  const postgresFolder = ephemeral ? await mkdtemp(join(tmpdir(), 'lockstep-')) : folder
  try {
    const postgres = await startOnFreePort(postgresFolder, say)
    if (postgres.folder !== postgresFolder)
      say(`  its data is in ${postgres.folder}, as its account may not enter ${postgresFolder}`)
    const close = async () => {
      await postgres.stop()
      if (ephemeral) await throwAway(postgresFolder, postgres.folder)
    }
    return { url: postgres.url, postgresFolder: postgres.folder, close }
  } catch (error) {
    if (ephemeral) await throwAway(postgresFolder)
    throw new StartError((error as Error).message, { cause: error })
  }
}

/** On the study's port, or on any free one; once more where somebody else was faster to take it. */
async function startOnFreePort(folder: string, say: (line: string) => void): Promise<Postgres> {
  const port = await freePort(studyPort)
  say(
    `Starting PostgreSQL on port ${port}${port === studyPort ? '' : ` (${studyPort} is taken)`} …`,
  )
  try {
    return await startPostgres({ folder, port })
  } catch (error) {
    if (await isFree(port)) throw error
    return startPostgres({ folder, port: await freePort() })
  }
}

const throwAway = (...folders: string[]) =>
  Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true })))

async function openOwnServer(url: string): Promise<LabDatabase> {
  await checkDatabase(url).catch((error: Error) => {
    throw new StartError(error.message, { cause: error })
  })
  return { url, close: async () => {} }
}
