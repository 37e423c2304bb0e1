import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { metrics } from '../../model/metrics.ts'
import { brokerName } from '../broker.ts'
import { put, registrationOf } from '../messages.ts'
import { handledOf, openDatabase, runAsync, untilHandled } from './message-services.ts'
import { post, sample } from './services.ts'

const queue = 'user_registered_queue'
const read = async (url: string) => (await fetch(url)).json()

test('a registration is accepted, and its e-mail handled once', async () => {
  const database = await openDatabase()
  const [user, email] = await Promise.all([
    runAsync('user', database),
    runAsync('email', database, { EMAIL_DELAY_MS: '20' }),
  ])
  const { status, body } = await post(user, '/register', { email: 'ada@example.com' })
  expect(status).toBe(202)
  expect(body).toMatchObject({ email: 'ada@example.com', event_published: true })
  await untilHandled(database, 1)
  const outcome = (name: string) =>
    sample(email, metrics.messagesHandled.name, { queue, outcome: name })
  await expect.poll(() => outcome('done')).toBe(1)
  expect(await outcome('retry')).toBe(0)
  const served = { handler: '/send_welcome_email', status: '200' }
  expect(await sample(email, metrics.requests.name, { ...served, via: 'message' })).toBe(1)
  expect(await sample(user, metrics.requests.name, { status: '202' })).toBe(1)
})

test('the port of a consumer does not serve its work', async () => {
  const email = await runAsync('email', await openDatabase())
  const { status } = await post(email, '/send_welcome_email', { email: 'ada@example.com' })
  expect(status).toBe(404)
  expect(await read(`${email.url}/health`)).toMatchObject({
    status: 'healthy',
    architecture: 'async',
    rabbitmq_connected: true,
  })
})

test('an order whose payment fails ends with its stock back', async () => {
  const database = await openDatabase()
  const [order, inventory] = await Promise.all([
    runAsync('order', database),
    runAsync('inventory', database),
    runAsync('payment', database),
  ])
  const { status, body } = await post(order, '/create_order', { product_id: 1, quantity: 2 })
  expect({ status, body }).toMatchObject({ status: 202, body: { status: 'pending' } })
  await expect
    .poll(() => read(`${order.url}/orders/${body.id}`))
    .toMatchObject({ id: body.id, status: 'failed' })
  expect(await read(`${inventory.url}/inventory/1`)).toMatchObject({ reserved: 0 })
  await untilHandled(database, 5)
})

test('a message that comes twice is handled once', async () => {
  const database = await openDatabase()
  const email = await runAsync('email', database, { EMAIL_DELAY_MS: '20' })
  const message = registrationOf('ada@example.com')
  await put(database, queue, [message, message])
  const duplicates = () =>
    sample(email, metrics.messagesHandled.name, { queue, outcome: 'duplicate' })
  await expect.poll(duplicates).toBe(1)
  expect(await handledOf(database)).toEqual([message.id])
  const { rows } = await sql`select from pgboss.job where state < 'completed'`.execute(database.db)
  expect(rows).toEqual([])
})

test.runIf(brokerName === 'embedded')('clicks that come together are stored together', async () => {
  const database = await openDatabase()
  const analytics = await runAsync('analytics', database, { LOOP_WAIT_LIMIT_MS: '0' })
  const clicks = Array.from({ length: 300 }, (_, user_id) =>
    post(analytics, '/track_click', { user_id, page: '/home' }),
  )
  const statuses = (await Promise.all(clicks)).map(({ status }) => status)
  expect(new Set(statuses)).toEqual(new Set([200]))
  const { rows } = await sql<{ commits: number }>`
    select count(distinct created_on)::integer as commits from pgboss.job
    where name = 'click_tracked_queue'
  `.execute(database.db)
  expect(rows[0]?.commits).toBeLessThan(300)
  await untilHandled(database, 300)
})
