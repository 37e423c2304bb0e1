/** Resets the database to its seed. */
import { resolve } from 'node:path'
import { prepareDatabase } from '../db/prepare-database.ts'
import { resetToSeed } from '../db/seed.ts'
import { openKnownDatabase } from '../local/find-database.ts'
import { createCommand, runProgram } from './command-line.ts'
import { folderOption } from './shared-options.ts'

const description =
  'Empties all tables and writes the seed: three products, nothing reserved, no users, no orders.'

const notes = `
It takes DATABASE_URL, or the running lab of the folder, or the embedded PostgreSQL at rest, and prints
which one it was.
`

const command = createCommand('reset', description)
  .addOption(folderOption())
  .addHelpText('after', notes)

async function reset(): Promise<number> {
  const { folder } = command.opts<{ folder: string }>()
  const { db, url, name, close } = await openKnownDatabase(resolve(folder))
  try {
    await prepareDatabase(db, url)
    await resetToSeed(db)
    console.log(
      `${name} is as it was seeded: three products, nothing reserved, no users, no orders.`,
    )
    return 0
  } finally {
    await close()
  }
}

await runProgram({
  command,
  run: reset,
  explain: (error) => `The database was not reset: ${(error as Error).message}`,
})
