/** Resets the database to its seed data. */
import { resolve } from 'node:path'
import { prepareDatabase } from '../db/connection/prepare-database.ts'
import { resetToSeed } from '../db/seed.ts'
import { openKnownDatabase } from '../local/postgres/find-database.ts'
import { openKnownBroker } from '../local/rabbitmq/find-broker.ts'
import { purgeQueues } from '../runtime/messaging/rabbitmq/manage.ts'
import { createCommand, isMain, type Program, runProgram } from './command-line.ts'
import { asyncOption, folderOption, withStyle } from './shared-options.ts'

const description =
  'Resets the database to its seed data: three products, nothing reserved, no users, no orders.'

const notes = `
It resets the database of DATABASE_URL, otherwise that of the folder, whether its lab is running or
not, and prints which one. All tables are created again, without privileges that you granted. With
--async, the queues of the lab's RabbitMQ or of BROKER_URL are emptied too, if it has one.
`

const command = createCommand('reset', description, [asyncOption(), folderOption()], notes)

/** Empties the queues before the database: what is delivered meanwhile finds its rows. */
async function emptyBroker(folder: string): Promise<void> {
  const broker = await openKnownBroker(folder)
  if (!broker) return
  await purgeQueues(broker.url).finally(broker.close)
}

async function run(): Promise<number> {
  const { folder: named, style } = withStyle(command.opts<{ folder?: string }>())
  const folder = resolve(named)
  const { db, url, name, close } = await openKnownDatabase(folder)
  try {
    await prepareDatabase(db, url)
    if (style === 'async') await emptyBroker(folder)
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
