import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../database.ts'
import { type Answer, at, post, runReady } from './services.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())

// Nothing may be refused, however busy the machine is.
const patient = {
  CALL_TIMEOUT_MS: '60000',
  DB_POOL_TIMEOUT_MS: '60000',
  QUEUE_TIMEOUT_MS: '60000',
  LOOP_WAIT_LIMIT_MS: '0',
}

const reserved = () =>
  database.db.selectFrom('inventory_items').selectAll().orderBy('product_id').execute()

const statuses = async () =>
  (await database.db.selectFrom('orders').select('status').distinct().execute()).map(
    ({ status }) => status,
  )

/** Sends `total` orders, `atOnce` of them at a time. */
async function order(
  send: (index: number) => Promise<Answer>,
  total: number,
  atOnce: number,
): Promise<Answer[]> {
  const answers: Answer[] = []
  let next = 0
  const worker = async () => {
    while (next < total) answers.push(await send(next++))
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
  return answers
}

test('200 concurrent orders leave exactly the paid stock reserved', async () => {
  const inventory = await runReady('inventory', { DATABASE_URL: database.url, ...patient })
  const payment = await runReady('payment', { PAYMENT_DELAY_MS: '5', ...patient })
  const service = await runReady('order', {
    DATABASE_URL: database.url,
    ...at(payment),
    ...at(inventory),
    ...patient,
  })
  const request = (index: number) => ({ product_id: 1 + (index % 3), quantity: 1 + (index % 5) })
  const before = await reserved()

  const failed = await order((index) => post(service, '/create_order', request(index)), 200, 50)
  expect(failed.filter(({ status }) => status === 400)).toHaveLength(200)
  for (const { body } of failed)
    expect(body).toMatchObject({
      detail: { reason: 'Payment processing failed', compensation_executed: true },
    })
  expect(await statuses()).toEqual(['failed'])
  expect(await reserved()).toEqual(before)

  const paid = await order(
    (index) => post(service, '/create_order', { ...request(index), payment: 'succeed' }),
    100,
    50,
  )
  expect(paid.filter(({ status }) => status === 200)).toHaveLength(100)
  const sums = [1, 2, 3].map((product_id) =>
    Array.from({ length: 100 }, (_, index) => request(index))
      .filter((one) => one.product_id === product_id)
      .reduce((sum, one) => sum + one.quantity, 0),
  )
  expect((await reserved()).map((item) => item.reserved)).toEqual(
    before.map((item, index) => item.reserved + (sums[index] ?? 0)),
  )
})
