import { OpenAPIHono } from '@hono/zod-openapi'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { DatabaseUnavailableError } from '../../db/connection/unavailable.ts'
import { insertUser, listUsers } from '../../db/shop/users.ts'
import { createTestDatabase, type TestDatabase } from '../../tests/database.ts'
import { registrationOf } from '../../tests/messages.ts'
import { loadSubscriptions } from '../apps.ts'
import { onError } from '../http/errors.ts'
import type { Broker, Taken } from './broker.ts'
import { createDeadlines } from './deadlines.ts'
import { createDeliver } from './deliver.ts'
import { createDeliveryApp } from './delivery-app.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())

const takenOf = (email: string): Taken => ({
  ...{ queue: 'user_registered_queue', message: registrationOf(email), key: email, delivery: 1 },
  ...{ storedAt: new Date(), takenMs: 0, deadlineMs: performance.now() + 60_000 },
})

type Answer = (email: string, signal: AbortSignal) => Promise<number>
type Circumstances = { finish?: Broker['finish']; isStopping?: boolean }

/** Delivers registrations to a function that answers so; returns how each has ended. */
async function deliver(
  emails: readonly string[],
  answer: Answer,
  { finish = async () => true, isStopping = false }: Circumstances = {},
) {
  const fn = new OpenAPIHono()
  fn.post('/send_welcome_email', async (c) => {
    const { data } = (c.env as { message: { data: { email: string } } }).message
    return c.json({}, (await answer(data.email, c.req.raw.signal)) as 200)
  })
  const subscriptions = await loadSubscriptions('email')
  const app = createDeliveryApp(fn, subscriptions)
  app.onError(onError)
  const deadlines = createDeadlines()
  if (isStopping) deadlines.stop()
  const { db } = database
  const publisher = { publish: async () => {} }
  const options = { app, env: {}, db, subscriptions, deadlines, publisher, broker: { finish } }
  return (await createDeliver(options)(emails.map(takenOf))).map(({ ending }) => ending.kind)
}

const down: Broker['finish'] = async () => {
  throw new DatabaseUnavailableError('connection lost')
}

test('a commit that fails with the database is no attempt', async () => {
  const kinds = await deliver(['ada@example.com'], async () => 200, { finish: down })
  expect(kinds).toEqual(['unavailable'])
})

test('a delivery that has lapsed leaves no effect', async () => {
  const finish: Broker['finish'] = async (db) => {
    await insertUser(db, 'late@example.com')
    return false
  }
  expect(await deliver(['ada@example.com'], async () => 200, { finish })).toEqual(['lapsed'])
  expect(await listUsers(database.db, { limit: 10, after: 0 })).toEqual([])
})

test('one failure in a batch fails itself only', async () => {
  const emails = ['ada@example.com', 'bad@example.com', 'cy@example.com']
  const kinds = await deliver(emails, async (email) => (email.startsWith('bad') ? 400 : 200))
  expect(kinds).toEqual(['done', 'dead', 'done'])
})

test('the rest of a batch waits for no database that is unavailable', async () => {
  const asked: string[] = []
  const kinds = await deliver(['bad@example.com', 'bob@example.com', 'cy@example.com'], (email) => {
    asked.push(email)
    if (email.startsWith('bad')) return Promise.resolve(400)
    throw new DatabaseUnavailableError('no connection')
  })
  expect(kinds).toEqual(['dead', 'unavailable', 'unavailable'])
  expect(asked).not.toContain('cy@example.com')
})

test('a delivery that begins after the stop is stopped', async () => {
  const answer: Answer = async (_, signal) => (signal.aborted ? 499 : 200)
  expect(await deliver(['ada@example.com'], answer, { isStopping: true })).toEqual(['stopped'])
})
