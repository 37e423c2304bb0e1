import { Hono } from 'hono'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { claimOperation, keepAnswer, releaseOperation } from '../db/idempotency.ts'
import { createLeases, LeaseLostError, type Leases } from '../db/leases.ts'
import { reserveStock } from '../db/reservations.ts'
import { beginSaga, endSaga } from '../db/sagas.ts'
import { insertUser } from '../db/users.ts'
import { onError } from '../runtime/http/errors.ts'
import { createTestDatabase, type TestDatabase } from '../tests/database.ts'
import { inProcess, postJson } from '../tests/in-process.ts'
import { expiredLease, liveLease, untilLeasesExpire } from '../tests/leases.ts'
import email from './email/app.ts'
import inventory from './inventory/app.ts'
import order from './order/app.ts'
import payment from './payment/app.ts'
import user from './user/app.ts'

let database: TestDatabase
let leases: Leases
beforeAll(async () => {
  database = await createTestDatabase()
  leases = createLeases({ db: database.db })
  await untilLeasesExpire(database.db)
})
afterAll(async () => {
  leases.close()
  await database.drop()
})

// The host turns refusals into responses.
const users = new Hono().route('/', user)
users.onError(onError)

const keyed = (key: string, body: unknown): RequestInit => {
  const init = postJson(body)
  return {
    ...init,
    headers: { ...(init.headers as Record<string, string>), 'idempotency-key': key },
  }
}

const bindings = (emailDelayMs = 1) => ({
  db: database.db,
  leases,
  RETENTION_HOURS: 24,
  PAYMENT_OUTCOME: 'succeed' as const,
  email: inProcess(email, { EMAIL_DELAY_MS: emailDelayMs }),
  payment: inProcess(payment, { PAYMENT_DELAY_MS: 1 }),
  inventory: inProcess(inventory, { db: database.db }),
})

const register = (key: string, address: string, emailDelayMs?: number) =>
  users.request('/register', keyed(key, { email: address }), bindings(emailDelayMs))
const create = (key: string, body: unknown) =>
  order.request('/create_order', keyed(key, body), bindings())

const hashOf = async (body: unknown) =>
  Buffer.from(await crypto.subtle.digest('SHA-256', Buffer.from(JSON.stringify(body)))).toString(
    'hex',
  )

test('the same key and body run once', async () => {
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

test('a designed refusal is stored', async () => {
  await register('taken', 'taken@example.com')
  const refused = await register('other', 'taken@example.com')
  const again = await register('other', 'taken@example.com')
  expect([refused.status, again.status]).toEqual([400, 400])
})

test('the same key with another body is 422', async () => {
  await register('b', 'grace@example.com')
  const other = await register('b', 'hopper@example.com')
  expect(other.status).toBe(422)
  expect(await other.json()).toMatchObject({ detail: [{ loc: ['header', 'idempotency-key'] }] })
})

test('an invalid key is 422', async () => {
  expect((await register('two words', 'two@example.com')).status).toBe(422)
})

/** An attempt at an operation that does not end. */
async function attempt(operation: string, key: string, body: unknown, lease = expiredLease()) {
  const named = { operation, key, lease }
  await claimOperation(database.db, named, { request_hash: await hashOf(body), keptHours: 24 })
  return named
}

test('a second request in flight is 409', async () => {
  const body = { email: 'slow@example.com' }
  const first = await attempt('/register', 'c', body, liveLease())
  expect((await register('c', body.email)).status).toBe(409)
  await releaseOperation(database.db, first)
  expect((await register('c', body.email)).status).toBe(201)
})

test('a key is in flight while its lease is renewed', async () => {
  const short = createLeases({ db: database.db, termMs: 600 })
  const body = { email: 'elsewhere@example.com' }
  const crash = Promise.withResolvers<void>()
  const working = short.hold(async (lease) => {
    await attempt('/register', 'g', body, lease)
    await crash.promise
  })
  await expect.poll(() => isRenewed('g'), { timeout: 10_000 }).toBe(true)
  expect((await register('g', body.email)).status).toBe(409)
  crash.resolve()
  await working
  const status = async () => (await register('g', body.email)).status
  await expect.poll(status, { timeout: 10_000 }).toBe(201)
  short.close()
})

/** Whether the lease of a key lasts for longer than the term of 600 ms with which it began. */
async function isRenewed(key: string): Promise<boolean> {
  const { age } = await database.db
    .selectFrom('idempotency_keys')
    .select(sql<number>`extract(epoch from lease_expires_at - created_at)::float8`.as('age'))
    .where('key', '=', key)
    .executeTakeFirstOrThrow()
  return age > 1
}

test('an attempt without its lease changes nothing', async () => {
  const body = { product_id: 3 }
  const lost = await attempt('/create_order', 'h', body)
  const held = await attempt('/create_order', 'h', body)
  const order = { product_id: 3, quantity: 1, lease: liveLease() }
  await expect(beginSaga(database.db, { ...order, operation: lost })).rejects.toThrow(
    LeaseLostError,
  )
  await expect(insertUser(database.db, 'lost@example.com', lost)).rejects.toThrow(LeaseLostError)
  expect(await keepAnswer(database.db, lost, { status: 200, answer: '{}' })).toBe(false)
  await releaseOperation(database.db, lost)
  expect(await beginSaga(database.db, { ...order, operation: held })).toHaveProperty('order_id')
})

test('an answer is replayed byte for byte', async () => {
  const answers = [
    await create('i', { product_id: 1, payment: 'fail' }),
    await create('i', { product_id: 1, payment: 'fail' }),
  ]
  const [first, again] = await Promise.all(answers.map((answer) => answer.text()))
  expect(again).toBe(first)
})

test('invalid input claims no key', async () => {
  expect((await register('d', 'nonsense')).status).toBe(422)
  expect((await register('d', 'right@example.com')).status).toBe(201)
})

test('the next attempt finishes an interrupted registration', async () => {
  const body = { email: 'cut@example.com' }
  const made = await insertUser(database.db, body.email, await attempt('/register', 'e', body))
  const answer = await register('e', body.email)
  expect(answer.status).toBe(201)
  expect(await answer.json()).toMatchObject({ id: made?.id, email: body.email })
})

describe('an interrupted order', () => {
  const body = { product_id: 2 }
  const cutOff = async (key: string) => {
    const operation = await attempt('/create_order', key, body)
    return beginSaga(database.db, { product_id: 2, quantity: 1, lease: expiredLease(), operation })
  }

  test('is not placed again: the next attempt returns its outcome', async () => {
    const saga = await cutOff('f')
    expect((await create('f', body)).status).toBe(409)
    await reserveStock(database.db, { ...body, quantity: 1, order_id: saga.order_id })
    await endSaga(database.db, saga, 'completed')
    const answer = await create('f', body)
    expect(answer.status).toBe(200)
    expect(await answer.json()).toMatchObject({ order_id: saga.order_id })
  })

  test.each([
    ['payment_refused', 'Payment processing failed'],
    ['payment_unknown', 'Payment outcome unknown'],
  ] as const)('that failed as %s is answered with its reason', async (failure, reason) => {
    const saga = await cutOff(failure)
    await endSaga(database.db, saga, 'failed', failure)
    const answer = await create(failure, body)
    expect(answer.status).toBe(400)
    expect(await answer.json()).toMatchObject({ detail: { order_id: saga.order_id, reason } })
  })

  test('that failed before its payment is placed again', async () => {
    const saga = await cutOff('k')
    await endSaga(database.db, saga, 'failed', 'not_reserved')
    const answer = await create('k', body)
    expect(answer.status).toBe(200)
    const { order_id } = (await answer.json()) as { order_id: number }
    expect(order_id).toBeGreaterThan(saga.order_id)
  })
})

test('an order without stock may be retried under its key', async () => {
  const away = { ...bindings(), inventory: inProcess(new Hono() as never, {}) }
  const orders = new Hono().route('/', order)
  orders.onError(onError)
  const send = (env: object) => orders.request('/create_order', keyed('l', { product_id: 1 }), env)
  expect((await send(away)).status).toBe(503)
  expect((await send(bindings())).status).toBe(200)
})
