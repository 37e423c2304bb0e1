/** Services of the asynchronous style on a database of their own. */
import { expect, onTestFinished } from 'vitest'
import type { RunningService } from '../../local/processes/process.ts'
import type { FunctionName } from '../../model/services.ts'
import { shareBroker, type TestBroker } from '../broker.ts'
import { createTestDatabase, type TestDatabase } from '../database.ts'
import { runReady } from './services.ts'

type Database = Pick<TestDatabase, 'db' | 'url'> & { broker: TestBroker }

/** A database of its own, and the broker under test. */
export async function openDatabase(): Promise<TestDatabase & { broker: TestBroker }> {
  const database = await createTestDatabase()
  onTestFinished(() => database.drop())
  return { ...database, broker: await shareBroker() }
}

/** Starts a service of the asynchronous style, and waits until it is ready. */
export const runAsync = (
  name: FunctionName,
  { url, broker }: Database,
  environment: Record<string, string> = {},
): Promise<RunningService> =>
  runReady(name, { STYLE: 'async', DATABASE_URL: url, ...broker.settings, ...environment })

/** The ids of the messages that are handled, in this order. */
export async function handledOf({ db }: Database): Promise<string[]> {
  const rows = await db.selectFrom('inbox').select('message_id').orderBy('handled_at').execute()
  return rows.map(({ message_id }) => message_id)
}

/** Waits until so many messages are handled. */
export const untilHandled = (database: Database, count: number): Promise<void> =>
  expect.poll(async () => (await handledOf(database)).length, { timeout: 25_000 }).toBe(count)
