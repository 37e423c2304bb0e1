/** Lists the messages that were given up, puts them back into their queues, or drops them. */
import { resolve } from 'node:path'
import { Option } from 'commander'
import { prepareDatabase } from '../db/connection/prepare-database.ts'
import type { Db } from '../db/schema.ts'
import {
  type Choice,
  countDeadLetters,
  type DeadLetter,
  dropDeadLetters,
  listDeadLetters,
  redriveDeadLetters,
} from '../db/work/dead-letters.ts'
import { storeMessages } from '../db/work/store-messages.ts'
import { escapeControls } from '../formats/escape-controls.ts'
import { counted } from '../formats/table.ts'
import { openKnownDatabase } from '../local/postgres/find-database.ts'
import { type Envelope, type QueueName, queueNames } from '../model/messages.ts'
import {
  asText,
  createCommand,
  createOption,
  isMain,
  type Program,
  runProgram,
  UsageError,
} from './command-line.ts'
import { asyncFolderOption } from './shared-options.ts'

const description =
  'Lists the dead letters of the asynchronous style: messages that were given up, and why.'

const notes = `
Examples:
  npm run dead                                          all of them, the oldest first
  npm run dead -- --redrive order_created_queue         try those of a queue again
  npm run dead -- --drop order_created_queue --id 0194… forget one

A redriven message keeps its id, so that it is handled once, and has all its attempts again.
It reads the database of DATABASE_URL, otherwise that of the folder, whether its lab is running or
not.
`

/** @throws Error unless it is a queue of the lab */
function parseQueue(name: string, text: string): QueueName {
  const queue = queueNames.find((known) => known === text)
  if (queue) return queue
  throw new Error(`${name} must be a queue, such as order_created_queue, not "${text}"`)
}

const options = [
  createOption('--redrive <queue>', 'put the dead letters of a queue back', parseQueue),
  createOption('--drop <queue>', 'delete the dead letters of a queue', parseQueue).conflicts(
    'redrive',
  ),
  createOption('--id <message>', 'only this one', asText),
  // Dead letters are of one style only.
  new Option('--async').hideHelp(),
  asyncFolderOption(),
]
const command = createCommand('dead', description, options, notes)

type Options = { redrive?: QueueName; drop?: QueueName; id?: string; folder: string }

// More lines would push the first ones off the screen.
const shown = 20

const utc = (at: Date) => at.toISOString().replace('T', ' ').slice(0, 19)

/** The fields of a message that may be anything. */
function fieldsOf(message: unknown): Partial<Record<keyof Envelope, unknown>> {
  return typeof message === 'object' && message !== null ? message : {}
}

/** One dead letter, in lines. */
export function describeLetter(letter: DeadLetter): string[] {
  const { queue, id, message, reason, attempts, firstAt, lastAt } = letter
  const { type, traceparent } = fieldsOf(message)
  const tries = `${counted(attempts, 'attempt')}, ${utc(firstAt)} to ${utc(lastAt)} UTC`
  const lines = [
    `${queue}  ${id}`,
    `  ${typeof type === 'string' ? type : 'of no type'}, ${tries}`,
    `  ${reason}`,
    ...(typeof traceparent === 'string' ? [`  traceparent ${traceparent}`] : []),
  ]
  return lines.map(escapeControls)
}

async function list(db: Db, name: string): Promise<void> {
  const counts = await countDeadLetters(db)
  const all = [...counts.values()].reduce((sum, count) => sum + count, 0)
  console.log(`${name} has ${all === 0 ? 'no dead letters' : counted(all, 'dead letter')}.`)
  const letters = await listDeadLetters(db, shown)
  for (const letter of letters) console.log(`\n${describeLetter(letter).join('\n')}`)
  if (all <= letters.length) return
  const queues = [...counts].map(([queue, count]) => `${queue} ${count}`)
  console.log(`\n… and ${all - letters.length} more. By queue: ${queues.join(', ')}.`)
}

/** The exit code of a change: 1 if there was nothing to change. */
function report(count: number, { queue, id }: Choice, done: string): number {
  const which = id === undefined ? queue : `${queue} with the id ${escapeControls(id)}`
  if (count === 0) console.error(`There is no dead letter of ${which}.`)
  else console.log(`${counted(count, 'message')} ${done} ${queue}.`)
  return count === 0 ? 1 : 0
}

async function run(): Promise<number> {
  const { redrive, drop, id, folder } = command.opts<Options>()
  if (id !== undefined && !redrive && !drop)
    throw new UsageError('--id needs --redrive or --drop with the queue of the message')
  const { db, url, name, close } = await openKnownDatabase(resolve(folder))
  try {
    await prepareDatabase(db, url)
    if (redrive) {
      const choice = { queue: redrive, id }
      return report(await redriveDeadLetters(db, choice, storeMessages), choice, 'put back into')
    }
    if (drop) {
      const choice = { queue: drop, id }
      return report((await dropDeadLetters(db, choice)).length, choice, 'dropped from')
    }
    await list(db, name)
    return 0
  } finally {
    await close()
  }
}

export const dead: Program = {
  command,
  run,
  explain: (error) => `The dead letters could not be read: ${(error as Error).message}`,
}

if (isMain(import.meta.url)) await runProgram(dead)
