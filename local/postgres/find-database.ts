import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { type Connection, connect } from '../../db/connection/connect.ts'
import { addressOf } from '../../db/connection/database-url.ts'
import { parseDatabaseUrl } from '../../runtime/settings/config.ts'
import { isRunning, lockFolder, readState, removeState } from '../processes/state.ts'
import { StartError } from '../start.ts'
import { dropPostgresVariables } from './binaries.ts'
import { type LabDatabase, openLabDatabase } from './lab-database.ts'

/** The URL of a server that runs: DATABASE_URL, or that of the lab in this folder. */
async function knownUrl(folder: string): Promise<string | undefined> {
  const own = parseDatabaseUrl(process.env)
  if (own !== undefined) return own
  const state = await readState(folder)
  const runs = state && (await isRunning(state))
  if (runs && !state.databaseOnly && !state.databaseUrl)
    throw new StartError(`The lab of ${folder} is still starting. Try again when it is ready.`)
  if (!runs || state.postgresFolder) dropPostgresVariables()
  return runs ? state.databaseUrl : undefined
}

/** Starts the embedded PostgreSQL for this command only. */
async function openForCommand(folder: string): Promise<LabDatabase> {
  await mkdir(folder, { recursive: true })
  await lockFolder(folder, { databaseOnly: true })
  try {
    const database = await openLabDatabase({ folder: join(folder, 'postgres') })
    const close = () => database.close().finally(() => removeState(folder))
    return { ...database, close }
  } catch (error) {
    await removeState(folder)
    throw error
  }
}

type KnownDatabase = Pick<Connection, 'db' | 'close'> & {
  /** Server and database, without the password. */
  name: string
  url: string
}

/**
 * Opens the database of a lab: DATABASE_URL, that of the lab that runs from `folder`, or the
 * embedded one of a stopped lab.
 * @throws ConfigError if DATABASE_URL is invalid
 * @throws StartError if the database cannot be opened, or another command uses it
 */
export async function openKnownDatabase(folder: string): Promise<KnownDatabase> {
  const known = await knownUrl(folder)
  return connectTo(known ? await openLabDatabase({ url: known }) : await openForCommand(folder))
}

/**
 * Opens the database of a lab that runs: DATABASE_URL, or that of the lab of `folder`.
 * @throws ConfigError if DATABASE_URL is invalid
 * @throws StartError if there is none, or if it cannot be opened
 */
export async function openRunningDatabase(folder: string): Promise<KnownDatabase> {
  const url = await knownUrl(folder)
  if (url) return connectTo(await openLabDatabase({ url }))
  throw new StartError(
    `The database of the lab is not known: none runs from ${folder}. Name its folder with ` +
      '--folder, or set DATABASE_URL.',
  )
}

function connectTo(database: LabDatabase): KnownDatabase {
  const { server, database: name } = addressOf(database.url)
  const { db, close } = connect({ url: database.url, max: 1 })
  return {
    name: `${server}/${name}`,
    url: database.url,
    db,
    async close() {
      await close()
      await database.close()
    },
  }
}
