import { Hono } from 'hono'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Connection, connect } from '../db/connect.ts'
import { claimOperation } from '../db/idempotency.ts'
import { holdInstanceLock } from '../db/instances.ts'
import { beginSaga } from '../db/sagas.ts'
import { insertUser } from '../db/users.ts'
import { onError } from '../runtime/errors.ts'
import { createTestDatabase, type TestDatabase } from '../tests/database.ts'
import { inProcess, postJson } from '../tests/in-process.ts'
import email from './email/app.ts'
import inventory from './inventory/app.ts'
import order from './order/app.ts'
import payment from './payment/app.ts'
import user from './user/app.ts'

let database: TestDatabase
let living: Connection
beforeAll(async () => {
  database = await createTestDatabase()
  // The instance that answers here is alive: it holds its lock.
  living = connect({ url: database.url, max: 1 })
  await holdInstanceLock(living.db, 1)
})
afterAll(async () => {
  await living.close()
  await database.drop()
})

// Refusals are answered where the function is hosted.
const users = new Hono().route('/', user)
users.onError(onError)

const keyed = (key: string, body: unknown): RequestInit => {
  const init = postJson(body)
  return { ...init, headers: { ...(init.headers as Record<string, string>), 'idempotency-key': key } }
}

const bindings = (emailDelayMs = 1) => ({
  db: database.db,
  instance: 1,
  inFlight: new Set<string>(),
  paymentOutcome: 'succeed' as const,
  email: inProcess(email, { emailDelayMs }),
  payment: inProcess(payment, { paymentDelayMs: 1 }),
  inventory: inProcess(inventory, { db: database.db }),
})

const register = (key: string, address: string, emailDelayMs?: number) =>
  users.request('/register', keyed(key, { email: address }), bindings(emailDelayMs))
const create = (key: string, body: unknown) => order.request('/create_order', keyed(key, body), bindings())

const hashOf = async (body: unknown) =>
  Buffer.from(await crypto.subtle.digest('SHA-256', Buffer.from(JSON.stringify(body)))).toString('hex')

test('the same key and body get the same answer, and nothing happens twice', async () => {
  const first = await register('a', 'ada@example.com')
  const again = await register('a', 'ada@example.com')
  expect([first.status, again.status]).toEqual([201, 201])
  expect(await again.json()).toEqual(await first.json())
  expect(again.headers.get('idempotency-replayed')).toBe('true')
  const ordered = await create('a', { product_id: 1 })
  const repeated = await create('a', { product_id: 1 })
  expect(await repeated.json()).toEqual(await ordered.json())
  expect(await database.db.selectFrom('orders').selectAll().execute()).toHaveLength(1)
})

test('an intended refusal is an answer like any other', async () => {
  await register('taken', 'taken@example.com')
  const refused = await register('other', 'taken@example.com')
  const again = await register('other', 'taken@example.com')
  expect([refused.status, again.status]).toEqual([400, 400])
})

test('the same key with another body is 422, and names the header', async () => {
  await register('b', 'grace@example.com')
  const other = await register('b', 'hopper@example.com')
  expect(other.status).toBe(422)
  expect(await other.json()).toMatchObject({ detail: [{ loc: ['header', 'idempotency-key'] }] })
})

test('a key that is no key is 422', async () => {
  expect((await register('two words', 'two@example.com')).status).toBe(422)
})

test('while the first is in flight, the second is 409', async () => {
  const claim = { request_hash: await hashOf({ email: 'slow@example.com' }), owner: 1 }
  await claimOperation(database.db, { operation: '/register', key: 'c' }, claim)
  expect((await register('c', 'slow@example.com')).status).toBe(409)
})

test('invalid input claims no key', async () => {
  expect((await register('d', 'nonsense')).status).toBe(422)
  expect((await register('d', 'right@example.com')).status).toBe(201)
})

test('a registration that was cut off is finished by the next attempt, as the same user', async () => {
  const operation = { operation: '/register', key: 'e' }
  await claimOperation(database.db, operation, { request_hash: await hashOf({ email: 'cut@example.com' }), owner: 99 })
  const made = await insertUser(database.db, 'cut@example.com', operation)
  const answer = await register('e', 'cut@example.com')
  expect(answer.status).toBe(201)
  expect(await answer.json()).toMatchObject({ id: made?.id, email: 'cut@example.com' })
})

test('an order that was cut off is not placed again: the next attempt says how it ended', async () => {
  const body = { product_id: 2 }
  const operation = { operation: '/create_order', key: 'f' }
  await claimOperation(database.db, operation, { request_hash: await hashOf(body), owner: 99 })
  const { order_id } = await beginSaga(database.db, {
    product_id: 2,
    quantity: 1,
    owner: 99,
    token: crypto.randomUUID(),
    operation,
  })
  expect((await create('f', body)).status).toBe(409)
  await database.db.updateTable('orders').set({ status: 'completed' }).where('id', '=', order_id).execute()
  const answer = await create('f', body)
  expect(answer.status).toBe(200)
  expect(await answer.json()).toMatchObject({ order_id })
})
