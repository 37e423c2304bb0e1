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

test('an order whose payment fails ends with its stock back', async () => {
  const database = await openDatabase()
  const [order, inventory] = await Promise.all([
    runReady('order', asynchronous(database)),
    runReady('inventory', asynchronous(database)),
    runReady('payment', asynchronous(database)),
  ])
  const { status, body } = await post(order, '/create_order', { product_id: 1, quantity: 2 })
  expect({ status, body }).toMatchObject({ status: 202, body: { status: 'pending' } })
  const read = async (url: string) => (await fetch(url)).json()
  await expect
    .poll(() => read(`${order.url}/orders/${body.id}`))
    .toMatchObject({ id: body.id, status: 'failed' })
  expect(await read(`${inventory.url}/inventory/1`)).toMatchObject({ reserved: 0 })
  const inbox = () =>
    database.db.selectFrom('inbox').select('consumer').orderBy('consumer').execute()
  expect((await inbox()).map(({ consumer }) => consumer)).toEqual([
    'inventory_payment_failed_queue',
    'order_created_queue',
    'order_payment_failed_queue',
    'stock_released_queue',
    'stock_reserved_queue',
  ])
})
