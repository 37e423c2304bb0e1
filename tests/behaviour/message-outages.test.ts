import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { expect, onTestFinished, test } from 'vitest'
import { connect } from '../../db/connection/connect.ts'
import { startPostgres } from '../../local/postgres/postgres.ts'
import { freePort } from '../../local/processes/ports.ts'
import type { RunningService } from '../../local/processes/process.ts'
import { metrics } from '../../model/metrics.ts'
import { brokerName, shareBroker } from '../broker.ts'
import { deadIn, put, registrationOf } from '../messages.ts'
import { handledOf, openDatabase, runAsync, untilHandled } from './message-services.ts'
import { post, sample } from './services.ts'

const queue = 'user_registered_queue'
const many = (count: number) =>
  Array.from({ length: count }, (_, index) => registrationOf(`user${index}@example.com`))

const inFlight = (service: RunningService, of: string) =>
  sample(service, metrics.messagesInFlight.name, { queue: of })

test('messages that wait for their work hold no connection', async () => {
  const database = await openDatabase()
  const email = await runAsync('email', database, { EMAIL_DELAY_MS: '3000' })
  await put(database, queue, many(40))
  await expect.poll(() => inFlight(email, queue)).toBe(40)
  expect(await sample(email, metrics.poolInUse.name)).toBe(0)
  const { rows } = await sql<{ open: number }>`
    select count(*)::integer as open from pg_stat_activity
    where datname = current_database() and state like 'idle in transaction%'
  `.execute(database.db)
  expect(rows).toEqual([{ open: 0 }])
})

test('requests are refused while too many messages wait', async () => {
  const database = await openDatabase()
  const user = await runAsync('user', database, { BACKLOG_LIMIT: '5' })
  await put(database, queue, many(6))
  const register = () => post(user, '/register', { email: `${crypto.randomUUID()}@example.com` })
  await expect.poll(async () => (await register()).status).toBe(503)
  const { headers, body } = await register()
  expect(body).toMatchObject({ code: 'backlog_full' })
  expect(Number(headers.get('retry-after'))).toBe(60)
  expect((await fetch(`${user.url}/ready`)).status).toBe(503)
  await runAsync('email', database, { EMAIL_DELAY_MS: '0' })
  await expect.poll(async () => (await register()).status).toBe(202)
})

test('a stop lets deliveries end, and leaves the other messages', async () => {
  const database = await openDatabase()
  const settings = { EMAIL_DELAY_MS: '500', CONCURRENCY: '10' }
  const email = await runAsync('email', database, settings)
  await put(database, queue, many(100))
  await expect.poll(() => inFlight(email, queue)).toBe(10)
  expect(await email.stop()).toBe(0)
  const handled = (await handledOf(database)).length
  expect(handled).toBeGreaterThanOrEqual(10)
  expect(handled).toBeLessThan(100)
  await runAsync('email', database, { ...settings, EMAIL_DELAY_MS: '0', CONCURRENCY: '40' })
  await untilHandled(database, 100)
  expect(await deadIn(database.db, queue)).toEqual([])
})

test('a report that a stop aborts is delivered again, uncounted', async () => {
  const database = await openDatabase()
  const report = await runAsync('report', database, { REPORT_CPU_SECONDS: '60' })
  const { body } = await post(report, '/generate_report')
  await expect.poll(() => inFlight(report, 'report_job_queue')).toBe(1)
  expect(await report.stop()).toBe(0)
  if (brokerName === 'embedded') {
    const jobs = await sql`
      select state, retry_count from pgboss.job where name = 'report_job_queue'
    `.execute(database.db)
    expect(jobs.rows).toEqual([{ state: 'created', retry_count: 0 }])
  }
  const again = await runAsync('report', database, { REPORT_CPU_SECONDS: '0.01' })
  const job = async () => (await fetch(`${again.url}/jobs/${body.job_id}`)).json()
  await expect.poll(job).toMatchObject({ status: 'completed' })
})

test('a stop ends the waits of clients', async () => {
  const order = await runAsync('order', await openDatabase())
  const { body } = await post(order, '/create_order', { product_id: 1 })
  const waiting = fetch(`${order.url}/orders/${body.id}`, { headers: { prefer: 'wait=30' } })
  await expect.poll(() => sample(order, metrics.requestsInProgress.name)).toBe(1)
  expect(await order.stop()).toBe(0)
  expect(await (await waiting).json()).toMatchObject({ id: body.id, status: 'pending' })
})

test('an outage of the database is no attempt', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'lockstep-behaviour-'))
  const options = { folder: join(folder, 'postgres'), port: await freePort() }
  let postgres = await startPostgres(options)
  onTestFinished(async () => {
    await postgres.stop()
    for (const path of [folder, postgres.folder]) await rm(path, { recursive: true, force: true })
  })
  const { db, close } = connect({ url: postgres.url, max: 1 })
  onTestFinished(close)
  const database = { db, url: postgres.url, broker: await shareBroker() }
  const settings = { EMAIL_DELAY_MS: '1000', DB_POOL_TIMEOUT_MS: '500' }
  const [user, email] = await Promise.all([
    runAsync('user', database, settings),
    runAsync('email', database, settings),
  ])
  for (let n = 0; n < 10; n++)
    expect((await post(user, '/register', { email: `user${n}@example.com` })).status).toBe(202)
  await expect.poll(() => inFlight(email, queue)).toBe(10)
  await postgres.stop()
  const { status, body } = await post(user, '/register', { email: 'late@example.com' })
  expect({ status, body }).toMatchObject({ status: 503, body: { code: 'database_unavailable' } })
  await expect
    .poll(async () => (await fetch(`${email.url}/health`)).json())
    .toMatchObject({ status: 'degraded', rabbitmq_connected: false })
  postgres = await startPostgres({ ...options, folder: postgres.folder })
  await untilHandled(database, 10)
  const { rows } = await sql<{ most: number | null }>`
    select max(retry_count) as most from pgboss.job
  `.execute(db)
  expect(rows[0]?.most ?? 0).toBe(0)
  expect(await deadIn(db, queue)).toEqual([])
})
