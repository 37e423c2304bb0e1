import { expect, onTestFinished, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../database.ts'
import { post, runReady } from './services.ts'

async function openDatabase(): Promise<TestDatabase> {
  const database = await createTestDatabase()
  onTestFinished(() => database.drop())
  return database
}

const asynchronous = (database: TestDatabase, more: Record<string, string> = {}) => ({
  ...{ STYLE: 'async', DATABASE_URL: database.url, EMAIL_DELAY_MS: '20', ...more },
})

test('a registration has its e-mail handled once', async () => {
  const database = await openDatabase()
  const [user] = await Promise.all([
    runReady('user', asynchronous(database)),
    runReady('email', asynchronous(database)),
  ])
  const { status, body } = await post(user, '/register', { email: 'ada@example.com' })
  expect(status).toBe(202)
  expect(body).toMatchObject({ email: 'ada@example.com', event_published: true })
  const inbox = () => database.db.selectFrom('inbox').select(['consumer']).execute()
  await expect.poll(inbox).toEqual([{ consumer: 'user_registered_queue' }])
})
