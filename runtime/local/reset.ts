/** Brings the database back to its seed: that of the running lab, of DATABASE_URL, or the embedded one at rest. */
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { connect } from '../../db/connect.ts'
import { migrateToLatest } from '../../db/migrate.ts'
import { resetToSeed } from '../../db/seed.ts'
import { openLabDatabase } from './lab-database.ts'
import { isRunning, readState } from './state.ts'

const { values } = parseArgs({ options: { folder: { type: 'string', default: '.lab' } } })
const folder = resolve(values.folder)

/** The URL of a lab that runs from this folder, or of the user's own server; otherwise the embedded one has to be started. */
async function knownUrl(): Promise<string | undefined> {
  const state = await readState(folder)
  if (state && (await isRunning(state))) return state.databaseUrl
  return process.env.DATABASE_URL || undefined
}

async function reset(): Promise<void> {
  await using cleanup = new AsyncDisposableStack()
  const database = await openLabDatabase({ url: await knownUrl(), folder: join(folder, 'postgres'), ephemeral: false })
  cleanup.defer(database.close)
  const { db, close } = connect({ url: database.url, max: 1 })
  cleanup.defer(close)
  await migrateToLatest(db)
  await resetToSeed(db)
}

await reset().then(
  () => console.log('The database is as it was seeded: three products, nothing reserved, no users, no orders.'),
  (error: Error) => {
    console.error(`The database was not reset: ${error.message}`)
    process.exitCode = 1
  },
)
