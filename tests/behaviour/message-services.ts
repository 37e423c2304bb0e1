/** Services of the asynchronous style on a database of their own. */
import { expect, onTestFinished } from 'vitest'
import { type DeadLetter, listDeadLetters } from '../../db/work/dead-letters.ts'
import { storeMessages } from '../../db/work/store-messages.ts'
import type { RunningService } from '../../local/processes/process.ts'
import type { Envelope, EventName, QueueName } from '../../model/messages.ts'
import type { FunctionName } from '../../model/services.ts'
import { createTestDatabase, type TestDatabase } from '../database.ts'
import { runReady } from './services.ts'

type Database = Pick<TestDatabase, 'db' | 'url'>

export async function openDatabase(): Promise<TestDatabase> {
  const database = await createTestDatabase()
  onTestFinished(() => database.drop())
  return database
}

/** Starts services of the asynchronous style, and waits until they are ready. */
export const runAsync = (
  names: readonly FunctionName[],
  { url }: Database,
  environment: Record<string, string> = {},
): Promise<RunningService[]> =>
  Promise.all(
    names.map((name) => runReady(name, { STYLE: 'async', DATABASE_URL: url, ...environment })),
  )

/** A message as a publisher stores it. */
export const messageOf = (
  type: EventName,
  data: Envelope['data'],
  more: Partial<Envelope> = {},
): Envelope => {
  const id = crypto.randomUUID()
  const time = new Date().toISOString()
  const dataschema = `/schemas/${type}/1`
  return { id, type, source: '/test', time, dataschema, correlationid: id, data, ...more }
}

export const registered = (email: string, more: Partial<Envelope> = {}): Envelope => {
  const timestamp = new Date().toISOString()
  return messageOf('UserRegistered', { user_id: 1, email, timestamp }, more)
}

export const store = ({ db }: Database, queue: QueueName, ...messages: unknown[]): Promise<void> =>
  storeMessages(db, queue, messages)

/** The ids of the messages that are handled. */
export async function handledOf({ db }: Database): Promise<string[]> {
  const rows = await db.selectFrom('inbox').select('message_id').orderBy('handled_at').execute()
  return rows.map(({ message_id }) => message_id)
}

export const deadLettersOf = ({ db }: Database): Promise<DeadLetter[]> => listDeadLetters(db, 100)

/** Waits until so many messages are handled. */
export const untilHandled = (database: Database, count: number): Promise<void> =>
  expect.poll(async () => (await handledOf(database)).length, { timeout: 25_000 }).toBe(count)
