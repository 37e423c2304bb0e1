import { join } from 'node:path'
import { type Connection, connect } from '../../db/connect.ts'
import { openLabDatabase } from './lab-database.ts'
import { isRunning, readState } from './state.ts'

/** The URL of a lab that runs from this folder, or of the user's own server; otherwise the embedded one has to be started. */
async function knownUrl(folder: string): Promise<string | undefined> {
  const state = await readState(folder)
  if (state && (await isRunning(state))) return state.databaseUrl
  return process.env.DATABASE_URL || undefined
}

/**
 * Opens the database of a lab from outside: that of the one that runs from `folder`, of DATABASE_URL, or the embedded one at rest.
 * @throws StartError where it cannot be had
 */
export async function openKnownDatabase(folder: string): Promise<Pick<Connection, 'db' | 'close'>> {
  const database = await openLabDatabase({
    url: await knownUrl(folder),
    folder: join(folder, 'postgres'),
    ephemeral: false,
  })
  const { db, close } = connect({ url: database.url, max: 1 })
  return {
    db,
    async close() {
      await close()
      await database.close()
    },
  }
}
