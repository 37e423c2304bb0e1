import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../tests/database.ts'
import { inProcess, postJson } from '../../tests/in-process.ts'
import email from '../email/app.ts'
import user from './app.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())

const register = (body: unknown) =>
  user.request('/register', postJson(body), { db: database.db, email: inProcess(email, { emailDelayMs: 1 }) })

test('registers a user and waits for the e-mail', async () => {
  const response = await register({ email: 'ada@example.com' })
  expect(response.status).toBe(201)
  expect(await response.json()).toMatchObject({ email: 'ada@example.com', id: expect.any(Number) })
})

test('refuses an address that is taken', async () => {
  await register({ email: 'twice@example.com' })
  const response = await register({ email: 'twice@example.com' })
  expect(response.status).toBe(400)
})
