/** Brings the database back to its seed. */
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { prepareDatabase } from '../db/prepare-database.ts'
import { resetToSeed } from '../db/seed.ts'
import { openKnownDatabase } from '../local/find-database.ts'

const help = `Empties all tables and writes the seed: three products, nothing reserved, no users, no orders.

  npm run reset -- [options]

  --folder .lab   where the lab keeps its database
  --help          show this

It takes DATABASE_URL, or the lab that runs from the folder, or the embedded PostgreSQL at rest, and says which it was.
`

/** Resets it; what there is to say about that. */
async function reset(): Promise<string> {
  const { values } = parseArgs({
    options: {
      folder: { type: 'string', default: '.lab' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  })
  if (values.help) return help
  const { db, url, name, close } = await openKnownDatabase(resolve(values.folder))
  try {
    await prepareDatabase(db, url)
    await resetToSeed(db)
    return `${name} is as it was seeded: three products, nothing reserved, no users, no orders.`
  } finally {
    await close()
  }
}

await reset().then(console.log, (error: Error) => {
  console.error(`The database was not reset: ${error.message}`)
  process.exitCode = 1
})
