/** Resets the database to its seed data. */
import { resolve } from 'node:path'
import { prepareDatabase } from '../db/connection/prepare-database.ts'
import { resetToSeed } from '../db/seed.ts'
import { openKnownDatabase } from '../local/postgres/find-database.ts'
import { createCommand, isMain, type Program, runProgram } from './command-line.ts'
import { asyncOption, folderOption, withStyle } from './shared-options.ts'

const description =
  'Resets the database to its seed data: three products, nothing reserved, no users, no orders.'

const notes = `
It resets the database of DATABASE_URL, otherwise that of the folder, whether its lab is running or
not, and prints which one. All tables are created again, without privileges that you granted.
`

const command = createCommand('reset', description, [asyncOption(), folderOption()], notes)

async function run(): Promise<number> {
  const { folder } = withStyle(command.opts<{ folder?: string }>())
  const { db, url, name, close } = await openKnownDatabase(resolve(folder))
  try {
    await prepareDatabase(db, url)
    await resetToSeed(db)
    console.log(
      `${name} has its seed data again: three products, nothing reserved, no users, no orders.`,
    )
    return 0
  } finally {
    await close()
  }
}

export const reset: Program = {
  command,
  run,
  explain: (error) => `The database was not reset: ${(error as Error).message}`,
}

if (isMain(import.meta.url)) await runProgram(reset)
