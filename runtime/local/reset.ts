/** Brings the database back to its seed: that of the running lab, of DATABASE_URL, or the embedded one at rest. */
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { migrateToLatest } from '../../db/migrate.ts'
import { resetToSeed } from '../../db/seed.ts'
import { openKnownDatabase } from './known-database.ts'

async function reset(): Promise<void> {
  const { values } = parseArgs({ options: { folder: { type: 'string', default: '.lab' } } })
  const { db, close } = await openKnownDatabase(resolve(values.folder))
  try {
    await migrateToLatest(db)
    await resetToSeed(db)
  } finally {
    await close()
  }
}

await reset().then(
  () => console.log('The database is as it was seeded: three products, nothing reserved, no users, no orders.'),
  (error: Error) => {
    console.error(`The database was not reset: ${error.message}`)
    process.exitCode = 1
  },
)
