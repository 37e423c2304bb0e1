import { join } from 'node:path'
import { type Connection, connect } from '../db/connect.ts'
import { addressOf } from '../db/database-url.ts'
import { parseDatabaseUrl } from '../runtime/config.ts'
import { openLabDatabase } from './lab-database.ts'
import { dropPostgresVariables } from './postgres-environment.ts'
import { StartError } from './start-error.ts'
import { isRunning, readState } from './state.ts'

/** The user's own server, or that of a lab that runs from this folder; otherwise the embedded one has to be started. */
async function knownUrl(folder: string): Promise<string | undefined> {
  const own = parseDatabaseUrl(process.env)
  if (own !== undefined) return own
  const state = await readState(folder)
  const runs = state && (await isRunning(state))
  if (runs && !state.databaseUrl)
    throw new StartError(`The lab of ${folder} is not ready yet: try again when it is`)
  if (!runs || state.postgresFolder) dropPostgresVariables()
  return runs ? state.databaseUrl : undefined
}

export type KnownDatabase = Pick<Connection, 'db' | 'close'> & {
  /** Which one it is, without its password. */
  name: string
  url: string
}

/**
 * Opens the database of a lab from outside: DATABASE_URL, that of the lab that runs from `folder`, or the embedded one at rest.
 * @throws StartError, or ConfigError for a DATABASE_URL that is none, if it cannot be had
 */
export async function openKnownDatabase(folder: string): Promise<KnownDatabase> {
  const database = await openLabDatabase({
    url: await knownUrl(folder),
    folder: join(folder, 'postgres'),
  })
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
