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

const working = inProcess(email, { EMAIL_DELAY_MS: 1 })

const register = (body: unknown, service = working) =>
  user.request('/register', postJson(body), { db: database.db, email: service })

test('registers a user', async () => {
  const response = await register({ email: 'ada@example.com' })
  expect(response.status).toBe(201)
  const body = (await response.json()) as Record<string, unknown>
  expect(body).toMatchObject({ email: 'ada@example.com', id: expect.any(Number) })
  expect(body).not.toHaveProperty('warnings')
})

test('refuses a taken address', async () => {
  await register({ email: 'twice@example.com' })
  const response = await register({ email: 'twice@example.com' })
  expect(response.status).toBe(400)
})

test('registers a user with a warning if the e-mail fails', async () => {
  const failing = inProcess(email, { EMAIL_DELAY_MS: 0 })
  const response = await register(
    { email: 'unmailed@example.com' },
    failing.create({ baseURL: '/nowhere' }),
  )
  expect(response.status).toBe(201)
  expect(await response.json()).toMatchObject({ warnings: ['email answered 404'] })
})

test('lists users', async () => {
  await register({ email: 'listed@example.com' })
  const response = await user.request('/users?limit=10000', {}, { db: database.db })
  expect(await response.json()).toMatchObject({
    users: expect.arrayContaining([{ id: expect.any(Number), email: 'listed@example.com' }]),
  })
})
