import { Client } from 'pg'
import { describe, expect, onTestFinished, test } from 'vitest'
import { samplesOf } from '../../formats/metrics-text.ts'
import type { RunningService } from '../../local/processes/process.ts'
import { metrics } from '../../model/metrics.ts'
import { services, urlVariable } from '../../model/services.ts'
import { createTestDatabase } from '../database.ts'
import { metricsAt } from '../service-metrics.ts'
import { head, type Wire, whole, wire } from '../wire.ts'
import { at, logOf, nowhere, post, runReady, sample } from './services.ts'
import { startStub } from './stub.ts'

/** A valid request of each function, and the table that it queries first, if it has one. */
const requests = {
  user: { path: '/register', body: { email: 'ada@example.com' }, table: 'users' },
  email: { path: '/send_welcome_email', body: { email: 'ada@example.com' } },
  payment: { path: '/process_payment', body: {} },
  product: { method: 'PUT', path: '/products/1', body: { stock: 1 }, table: 'products' },
  report: { path: '/generate_report', body: {} },
  order: { path: '/create_order', body: { product_id: 1 }, table: 'orders' },
  inventory: { path: '/reserve_stock', body: { product_id: 1 }, table: 'inventory_items' },
} as const
type Name = keyof typeof requests

const requestOf = (name: Name) => ({ method: 'POST', ...requests[name] })

const wholeOf = (name: Name) => {
  const { method, path, body } = requestOf(name)
  return whole(method, path, body)
}

/** Waits until a metric of a service has a value. */
const until = (service: RunningService, name: string, value: number, labels = {}) =>
  expect.poll(() => sample(service, name, labels)).toBe(value)

/** The number of requests that a service has counted, by status. */
async function countedBy({ url }: RunningService): Promise<Record<string, number>> {
  const counted: Record<string, number> = {}
  for (const { labels, value } of samplesOf(await metricsAt(url), metrics.requests.name))
    if (value > 0) counted[labels.status ?? ''] = (counted[labels.status ?? ''] ?? 0) + value
  return counted
}

/** Disconnects, and expects the service to count and log a 499, not a fault. */
async function leaveAs499(
  service: RunningService,
  leaving: Wire,
  { times = 1, slots = 0 } = {},
): Promise<void> {
  leaving.leave()
  await expect.poll(() => countedBy(service)).toEqual({ 499: times })
  const abandoned = async () => (await logOf(service)).filter(({ status }) => status === 499)
  await expect.poll(async () => (await abandoned()).length).toBe(times)
  for (const line of await abandoned()) {
    expect(line).toMatchObject({ level: 'warn', msg: 'request abandoned: its client left' })
    expect(line).not.toHaveProperty('err')
  }
  const lines = await logOf(service)
  expect(lines.filter(({ level }) => level === 'error')).toEqual([])
  expect(lines.filter(({ msg }) => msg.includes('database connection'))).toEqual([])
  await until(service, metrics.slotsInUse.name, slots)
  if (slots === 0) await until(service, metrics.bodyBuffer.name, 0)
}

/** A service that accepts every call and answers none. */
const silence = async () => (await startStub(() => {})).url

/** Starts a service whose callees never answer, with a new database if it needs one. */
async function start(name: Name, environment: Record<string, string> = {}) {
  const { calls, database: needsDatabase } = services[name]
  const database = needsDatabase ? await createTestDatabase() : undefined
  if (database) onTestFinished(() => database.drop())
  const callees = calls.length > 0 ? await silence() : nowhere
  const service = await runReady(name, {
    ...(database && { DATABASE_URL: database.url }),
    ...Object.fromEntries(calls.map((callee) => [urlVariable(callee), callees])),
    LOG_LEVEL: 'debug',
    ...environment,
  })
  // Stop it before its database is dropped.
  onTestFinished(async () => void (await service.kill()))
  return { service, databaseUrl: database?.url ?? '' }
}

/** Locks a table, so that queries on it wait until the returned function is called. */
async function holdTable(databaseUrl: string, table: string) {
  const holder = new Client({ connectionString: databaseUrl })
  await holder.connect()
  await holder.query(`begin; lock table ${table} in access exclusive mode`)
  return () => holder.end()
}

describe('a client that disconnects counts as 499', () => {
  // The runtime answers these before the function begins: once with, once without a database.
  test.each(['payment', 'order'] as const)(
    'while sending, queued and delayed at %s',
    async (name) => {
      const FAULTS = JSON.stringify({ [name]: { latency: '60000' } })
      const { service } = await start(name, { FAULTS, CONCURRENCY: '1' })
      const { method, path } = requestOf(name)
      const sending = wire(service, `${head(method, path, 'Content-Length: 50')}{"a":`)
      await until(service, metrics.requestsInProgress.name, 1, { method })
      await leaveAs499(service, sending)
      const delayed = wire(service, wholeOf(name))
      await until(service, metrics.slotsInUse.name, 1)
      const queued = wire(service, wholeOf(name))
      await until(service, metrics.slotQueue.name, 1)
      await leaveAs499(service, queued, { times: 2, slots: 1 })
      await leaveAs499(service, delayed, { times: 3 })
    },
  )

  test('while sending a body, whether or not its length is known', async () => {
    const { service } = await start('payment')
    const headers = ['Content-Length: 9000', 'Transfer-Encoding: chunked']
    for (const [index, header] of headers.entries()) {
      const half = wire(service, `${head('POST', '/process_payment', header)}5\r\n{"a":\r\n`)
      await expect.poll(() => sample(service, metrics.bodyBuffer.name)).toBeGreaterThan(0)
      await leaveAs499(service, half, { times: index + 1 })
    }
  })

  test.each(['email', 'payment', 'report'] as const)('while %s works', async (name) => {
    const { service } = await start(name, {
      EMAIL_DELAY_MS: '60000',
      PAYMENT_DELAY_MS: '60000',
      REPORT_CPU_SECONDS: '600',
    })
    const waiting = wire(service, wholeOf(name))
    await until(service, metrics.slotsInUse.name, 1)
    await leaveAs499(service, waiting)
  })

  test.each([
    ['user', 'email'],
    ['product', 'search'],
    ['order', 'inventory'],
  ] as const)('while %s waits for %s', async (name, callee) => {
    const { service } = await start(name, { CALL_TIMEOUT_MS: '1000' })
    const waiting = wire(service, wholeOf(name))
    await until(service, metrics.callsInProgress.name, 1, { target: callee })
    await leaveAs499(service, waiting)
  })

  test('while order waits for payment', async () => {
    const database = await createTestDatabase()
    const inventory = await runReady('inventory', { DATABASE_URL: database.url })
    const order = await runReady('order', {
      DATABASE_URL: database.url,
      ...at(inventory),
      PAYMENT_SERVICE_URL: await silence(),
    })
    const waiting = wire(order, wholeOf('order'))
    await until(order, metrics.callsInProgress.name, 1, { target: 'payment' })
    await leaveAs499(order, waiting)
    const { orders } = (await (await fetch(`${order.url}/orders`)).json()) as { orders: object[] }
    expect(orders).toMatchObject([{ status: 'failed' }])
    await Promise.all([order.kill(), inventory.kill()])
    await database.drop()
  })

  test.each(['user', 'product', 'order', 'inventory'] as const)(
    'during a query of %s, and before it',
    async (name) => {
      const { service, databaseUrl } = await start(name, {
        DB_POOL_MAX: '1',
        DB_POOL_TIMEOUT_MS: '20000',
        CALL_TIMEOUT_MS: '500',
      })
      const letGo = await holdTable(databaseUrl, requests[name].table)
      const inside = wire(service, wholeOf(name))
      await until(service, metrics.poolInUse.name, 1)
      const waiting = wire(service, wholeOf(name))
      await until(service, metrics.slotsInUse.name, 2)
      // Recovery may be waiting for the table already.
      await expect.poll(() => sample(service, metrics.poolWaiting.name)).toBeGreaterThan(0)
      // It releases its slot while the other request still holds the connection.
      waiting.leave()
      await until(service, metrics.slotsInUse.name, 1)
      await expect.poll(() => countedBy(service)).toEqual({ 499: 1 })
      inside.leave()
      // Its answer shows that the service has seen the end of the connection.
      await fetch(`${service.url}/health`)
      await letGo()
      await expect.poll(() => countedBy(service)).toEqual({ 499: 2 })
      const lines = await logOf(service)
      expect(lines.filter(({ level }) => level === 'error')).toEqual([])
      expect(lines.filter(({ status }) => status === 503)).toEqual([])
    },
  )
})

describe('an operation with a key after a disconnect', () => {
  const key = 'Idempotency-Key: left'
  const again = (service: RunningService, name: 'user' | 'order', body: object) =>
    post(service, requests[name].path, body, { headers: { 'idempotency-key': 'left' } })

  test('a registration is completed by the next attempt', async () => {
    const database = await createTestDatabase()
    const email = await runReady('email', { EMAIL_DELAY_MS: '1000' })
    const user = await runReady('user', { DATABASE_URL: database.url, ...at(email) })
    const { path, body } = requests.user
    const leaving = wire(user, whole('POST', path, body, key))
    await until(email, metrics.slotsInUse.name, 1)
    await leaveAs499(user, leaving)
    const next = await again(user, 'user', body)
    expect(next.body).not.toHaveProperty('warnings')
    expect(next.body).toMatchObject({ email: body.email })
    expect(next.status).toBe(201)
    await Promise.all([user.kill(), email.kill()])
    await database.drop()
  })

  test('an order completes and is paid once', async () => {
    const database = await createTestDatabase()
    const payment = await runReady('payment', { PAYMENT_DELAY_MS: '1000' })
    const inventory = await runReady('inventory', { DATABASE_URL: database.url })
    const order = await runReady('order', {
      DATABASE_URL: database.url,
      ...at(payment),
      ...at(inventory),
    })
    const body = { product_id: 1, payment: 'succeed' }
    const leaving = wire(order, whole('POST', '/create_order', body, key))
    await until(payment, metrics.slotsInUse.name, 1)
    await leaveAs499(order, leaving)
    const next = await again(order, 'order', body)
    expect(next.body).toMatchObject({ status: 'completed', product_id: 1 })
    expect(next.headers.get('idempotency-replayed')).toBe('true')
    expect(await countedBy(payment)).toEqual({ 200: 1 })
    await Promise.all([order.kill(), inventory.kill(), payment.kill()])
    await database.drop()
  })
})
