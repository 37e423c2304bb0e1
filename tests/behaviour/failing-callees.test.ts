import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../database.ts'
import { at, logOf, nowhere, post, runReady } from './services.ts'
import { startStub } from './stub.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())

const newAddress = () => `${crypto.randomUUID()}@example.com`
const statusOf = (id: unknown) =>
  database.db
    .selectFrom('orders')
    .select('status')
    .where('id', '=', Number(id))
    .executeTakeFirstOrThrow()
const detailOf = (body: Record<string, unknown>) => body.detail as Record<string, unknown>

test('an update warns of failed calls and continues', async () => {
  const search = await runReady('search')
  const analytics = await runReady('analytics')
  const product = await runReady('product', {
    DATABASE_URL: database.url,
    CACHE_SERVICE_URL: nowhere,
    ...at(search),
    ...at(analytics),
  })
  const { status, body, headers } = await post(
    product,
    '/products/1',
    { stock: 5 },
    { method: 'PUT' },
  )
  expect(body).toMatchObject({ stock: 5, warnings: ['cache could not be reached'] })
  expect(status).toBe(200)
  const timing = headers.get('server-timing') ?? ''
  const calls = [...timing.matchAll(/(search|cache|analytics);/g)].map(([, callee]) => callee)
  expect(calls).toEqual(['search', 'cache', 'analytics'])
})

test('a payment without its service is compensated', async () => {
  const inventory = await runReady('inventory', { DATABASE_URL: database.url })
  const order = await runReady('order', {
    DATABASE_URL: database.url,
    PAYMENT_SERVICE_URL: nowhere,
    ...at(inventory),
  })
  const { status, body } = await post(order, '/create_order', { product_id: 11, quantity: 3 })
  expect(body).toMatchObject({
    detail: { reason: 'Payment outcome unknown', compensation_executed: true },
  })
  expect(status).toBe(400)
  expect(await statusOf(detailOf(body).order_id)).toEqual({ status: 'failed' })
})

test('an order without a reservation fails with 503', async () => {
  const payment = await runReady('payment')
  const order = await runReady('order', {
    DATABASE_URL: database.url,
    INVENTORY_SERVICE_URL: nowhere,
    ...at(payment),
  })
  const { status, body, headers } = await post(order, '/create_order', { product_id: 12 })
  expect(body).toEqual({
    detail: {
      code: 'not_reserved',
      message: 'Order failed: could not reserve stock',
      order_id: expect.any(Number),
      reason: 'inventory could not be reached',
    },
  })
  expect(status).toBe(503)
  expect(headers.get('retry-after')).toMatch(/^\d+$/)
  expect(await statusOf(detailOf(body).order_id)).toEqual({ status: 'failed' })
})

test('an unconfirmed compensation leaves the order pending', async () => {
  const inventory = await runReady('inventory', { DATABASE_URL: database.url })
  const payment = await startStub(async ({ socket }) => {
    await inventory.kill()
    socket.destroy()
  })
  const order = await runReady('order', {
    DATABASE_URL: database.url,
    PAYMENT_SERVICE_URL: payment.url,
    ...at(inventory),
  })
  const { status, body } = await post(order, '/create_order', { product_id: 13 })
  expect(body).toMatchObject({
    detail: { reason: 'Payment outcome unknown', compensation_executed: false },
  })
  expect(status).toBe(400)
  expect(await statusOf(detailOf(body).order_id)).toEqual({ status: 'pending' })
})

test('logs of a registration carry its id, trace and outcome', async () => {
  const email = await runReady('email', { EMAIL_DELAY_MS: '1' })
  const user = await runReady('user', { DATABASE_URL: database.url, ...at(email) })
  const address = newAddress()
  const traceId = '4bf92f3577b34da6a3ce929d0e0e4736'
  const headers = { 'x-request-id': 'the-one', traceparent: `00-${traceId}-00f067aa0ba902b7-01` }
  await post(user, '/register', { email: address }, { headers })
  for (const service of [user, email]) {
    const line = async () =>
      (await logOf(service)).find(({ request_id }) => request_id === 'the-one')
    await expect
      .poll(line)
      .toMatchObject({ level: 'info', trace_id: traceId, ms: expect.any(Number) })
  }
  await post(user, '/register', { email: address })
  await post(user, '/register', { email: 'nobody' })
  await database.db.schema.alterTable('users').renameTo('users_elsewhere').execute()
  await post(user, '/register', { email: newAddress() })
  await database.db.schema.alterTable('users_elsewhere').renameTo('users').execute()
  const levels = async () =>
    (await logOf(user))
      .filter(({ handler }) => handler === '/register')
      .map(({ level, status }) => [level, status])
  await expect.poll(levels).toEqual([
    ['info', 201],
    ['warn', 400],
    ['warn', 422],
    ['error', 500],
  ])
  const fault = (await logOf(user)).find(({ level }) => level === 'error')
  expect(JSON.stringify(fault)).toContain('relation \\"users\\" does not exist')
})
