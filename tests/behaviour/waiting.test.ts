import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import { Client } from 'pg'
import { expect, onTestFinished, test } from 'vitest'
import { freePort } from '../../local/processes/ports.ts'
import { metrics } from '../../model/metrics.ts'
import { createTestDatabase } from '../database.ts'
import { logOf, nowhere, post, run, runReady, sample } from './services.ts'

test('refuses and counts the fifth of five payments', async () => {
  const payment = await runReady('payment', {
    CONCURRENCY: '2',
    QUEUE_LIMIT: '2',
    PAYMENT_DELAY_MS: '400',
  })
  const answers = await Promise.all(
    Array.from({ length: 5 }, () => post(payment, '/process_payment')),
  )
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 200, 200, 503])
  const refused = answers.find(({ status }) => status === 503)
  expect(refused?.headers.get('retry-after')).toMatch(/^\d+$/)
  expect(refused?.body).toEqual({
    detail: expect.stringContaining('No free slot'),
    code: 'no_free_slot',
  })
  // It was refused on arrival: before any of the others was answered.
  expect(
    Number(/total;dur=([\d.]+)/.exec(refused?.headers.get('server-timing') ?? '')?.[1]),
  ).toBeLessThan(400)
  expect(await sample(payment, metrics.slotRefusals.name, { reason: 'queue_full' })).toBe(1)
  expect(await sample(payment, `${metrics.slotWait.name}_count`)).toBe(4)
  expect(await sample(payment, metrics.slotsInUse.name)).toBe(0)
  expect(await sample(payment, metrics.slotQueue.name)).toBe(0)
})

test('metrics show slots and queue in use', async () => {
  const payment = await runReady('payment', { CONCURRENCY: '1', PAYMENT_DELAY_MS: '400' })
  const answers = [post(payment, '/process_payment'), post(payment, '/process_payment')]
  await expect.poll(() => sample(payment, metrics.slotsInUse.name)).toBe(1)
  await expect.poll(() => sample(payment, metrics.slotQueue.name)).toBe(1)
  expect((await fetch(`${payment.url}/health`)).status).toBe(200)
  const [, second] = await Promise.all(answers)
  expect(second?.headers.get('server-timing')).toMatch(/queue;dur=/)
})

test('refuses requests that wait too long', async () => {
  const payment = await runReady('payment', {
    CONCURRENCY: '1',
    QUEUE_TIMEOUT_MS: '50',
    PAYMENT_DELAY_MS: '400',
  })
  const answers = await Promise.all([
    post(payment, '/process_payment'),
    post(payment, '/process_payment'),
  ])
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 503])
  expect(await sample(payment, metrics.slotRefusals.name, { reason: 'queue_timeout' })).toBe(1)
})

test('invalid requests do not make a valid one wait in vain', async () => {
  const payment = await runReady('payment', {
    CONCURRENCY: '1',
    QUEUE_TIMEOUT_MS: '300',
    PAYMENT_DELAY_MS: '600',
  })
  const { status } = await post(payment, '/process_payment')
  for (let count = 0; count < 30; count++)
    expect((await post(payment, '/process_payment', { amount: -1 })).status).toBe(422)
  const answers = await Promise.all([
    post(payment, '/process_payment'),
    post(payment, '/process_payment'),
  ])
  expect([status, ...answers.map((answer) => answer.status).sort()]).toEqual([200, 200, 503])
  expect(await sample(payment, metrics.slotRefusals.name, { reason: 'wait_too_long' })).toBe(1)
})

test('a disconnect frees its place in the queue', async () => {
  const payment = await runReady('payment', {
    CONCURRENCY: '1',
    QUEUE_LIMIT: '1',
    PAYMENT_DELAY_MS: '600',
  })
  const first = post(payment, '/process_payment')
  await expect.poll(() => sample(payment, metrics.slotsInUse.name)).toBe(1)
  const leaving = new AbortController()
  const second = post(payment, '/process_payment', {}, { signal: leaving.signal }).catch(
    (error: Error) => error.name,
  )
  await expect.poll(() => sample(payment, metrics.slotQueue.name)).toBe(1)
  leaving.abort()
  expect(await second).toBe('AbortError')
  await expect.poll(() => sample(payment, metrics.slotQueue.name)).toBe(0)
  expect((await first).status).toBe(200)
})

test('an exhausted pool refuses, then recovers', async () => {
  const database = await createTestDatabase()
  const product = await runReady('product', {
    DATABASE_URL: database.url,
    DB_POOL_MAX: '1',
    DB_POOL_TIMEOUT_MS: '300',
    SEARCH_SERVICE_URL: nowhere,
    CACHE_SERVICE_URL: nowhere,
    ANALYTICS_SERVICE_URL: nowhere,
  })
  const holder = new Client({ connectionString: database.url })
  await holder.connect()
  await holder.query('begin; lock table products in access exclusive mode')
  const held = fetch(`${product.url}/products/1`)
  await expect.poll(() => sample(product, metrics.poolInUse.name)).toBe(1)
  const refused = fetch(`${product.url}/products/1`)
  await expect.poll(() => sample(product, metrics.poolWaiting.name)).toBe(1)
  const answer = await refused
  expect(await answer.json()).toEqual({
    detail: expect.stringContaining('Database unavailable'),
    code: 'database_unavailable',
  })
  expect(answer.status).toBe(503)
  expect(answer.headers.get('retry-after')).toMatch(/^\d+$/)
  await holder.query('rollback')
  await holder.end()
  expect((await held).status).toBe(200)
  expect((await fetch(`${product.url}/products/1`)).status).toBe(200)
  await product.kill()
  await database.drop()
})

test('health checks are answered while two reports run', async () => {
  const report = await runReady('report', { REPORT_CPU_SECONDS: '1' })
  const reports = [post(report, '/generate_report'), post(report, '/generate_report')]
  await expect.poll(() => sample(report, metrics.slotsInUse.name)).toBe(2)
  // On the thread of a report, none would be answered before it ends.
  for (let check = 0; check < 50; check++) await (await fetch(`${report.url}/health`)).arrayBuffer()
  expect(await sample(report, metrics.slotsInUse.name)).toBe(2)
  for (const { status } of await Promise.all(reports)) expect(status).toBe(200)
})

test('a disconnect frees the report worker', async () => {
  const report = await runReady('report', { REPORT_CPU_SECONDS: '600', REPORT_WORKERS: '1' })
  const leaving = new AbortController()
  const abandoned = post(report, '/generate_report', {}, { signal: leaving.signal }).catch(
    (error: Error) => error.name,
  )
  await expect.poll(() => sample(report, metrics.slotsInUse.name)).toBe(1)
  leaving.abort()
  expect(await abandoned).toBe('AbortError')
  await expect.poll(() => sample(report, metrics.slotsInUse.name)).toBe(0)
})

test('SIGTERM completes accepted payments and refuses connections', async () => {
  const payment = await runReady('payment', { PAYMENT_DELAY_MS: '800' })
  const answer = post(payment, '/process_payment')
  await expect.poll(() => sample(payment, metrics.slotsInUse.name)).toBe(1)
  const exited = payment.stop()
  await expect
    .poll(async () => (await logOf(payment)).some(({ msg }) => msg.startsWith('shutting down')))
    .toBe(true)
  await expect
    .poll(() =>
      fetch(`${payment.url}/health`, { headers: { connection: 'close' } }).catch(
        ({ cause }) => cause.code,
      ),
    )
    .toMatch(/ECONNREFUSED|ECONNRESET|UND_ERR_SOCKET|ConnectionRefused/)
  expect((await answer).status).toBe(200)
  expect(await exited).toBe(0)
})

/** Starts a PostgreSQL proxy on a port that was closed before. */
async function listenFor(target: URL, port: number): Promise<void> {
  const server = createServer((client) => {
    const upstream = connect(Number(target.port), target.hostname)
    client.on('error', () => upstream.destroy()).pipe(upstream)
    upstream.on('error', () => client.destroy()).pipe(client)
  })
  await once(server.listen(port, '127.0.0.1'), 'listening')
  onTestFinished(() => void server.close())
}

test('becomes ready once its database is available', async () => {
  const database = await createTestDatabase()
  onTestFinished(() => database.drop())
  const away = new URL(database.url)
  away.port = String(await freePort())
  const inventory = await run('inventory', { DATABASE_URL: away.href })
  expect((await fetch(`${inventory.url}/health`)).status).toBe(200)
  const ready = await fetch(`${inventory.url}/ready`)
  expect(await ready.json()).toEqual({ detail: ['database: not prepared yet'] })
  expect(ready.status).toBe(503)
  const refused = await fetch(`${inventory.url}/inventory`)
  expect(refused.status).toBe(503)
  expect(refused.headers.get('retry-after')).toMatch(/^\d+$/)
  await listenFor(new URL(database.url), Number(away.port))
  await expect.poll(async () => (await fetch(`${inventory.url}/ready`)).status).toBe(200)
  expect((await fetch(`${inventory.url}/inventory`)).status).toBe(200)
  await inventory.stop()
})
