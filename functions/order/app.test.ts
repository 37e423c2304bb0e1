import { afterAll, beforeAll, expect, test } from 'vitest'
import { createLeases } from '../../db/work/leases.ts'
import { createTestDatabase, type TestDatabase } from '../../tests/database.ts'
import { inProcess, postJson } from '../../tests/in-process.ts'
import inventory from '../inventory/app.ts'
import payment from '../payment/app.ts'
import order from './app.ts'

let database: TestDatabase
let bindings: Parameters<typeof order.request>[2]
beforeAll(async () => {
  database = await createTestDatabase()
  const { db } = database
  bindings = {
    db,
    payment: inProcess(payment, { PAYMENT_DELAY_MS: 1 }),
    inventory: inProcess(inventory, { db }),
    PAYMENT_OUTCOME: 'fail',
    leases: createLeases({ db }),
  }
})
afterAll(() => database.drop())

const create = (body: unknown, changed: object = {}) =>
  order.request('/create_order', postJson(body), { ...(bindings as object), ...changed })
const reservedOf = async (product_id: number) =>
  (
    await database.db
      .selectFrom('inventory_items')
      .select('reserved')
      .where('product_id', '=', product_id)
      .executeTakeFirst()
  )?.reserved

test('fails by design, and releases its stock', async () => {
  const response = await create({ product_id: 601, quantity: 3 })
  expect(response.status).toBe(400)
  expect(await response.json()).toMatchObject({
    detail: { reason: 'Payment processing failed', compensation_executed: true },
  })
  expect(await reservedOf(601)).toBe(0)
})

test('completes if the request makes the payment succeed', async () => {
  const response = await create({ product_id: 602, quantity: 3, payment: 'succeed' })
  expect(response.status).toBe(200)
  expect(await response.json()).toMatchObject({ status: 'completed', quantity: 3 })
  expect(await reservedOf(602)).toBe(3)
})

test('completes if the setting makes the payment succeed', async () => {
  expect((await create({ product_id: 603 }, { PAYMENT_OUTCOME: 'succeed' })).status).toBe(200)
  expect(
    (await create({ product_id: 603, payment: 'fail' }, { PAYMENT_OUTCOME: 'succeed' })).status,
  ).toBe(400)
  expect(await reservedOf(603)).toBe(1)
})

test('a payment failure other than 400 is unknown', async () => {
  const elsewhere = inProcess(payment, { PAYMENT_DELAY_MS: 0 }).create({ baseURL: '/nowhere' })
  const response = await create({ product_id: 604 }, { payment: elsewhere })
  expect(await response.json()).toMatchObject({
    detail: { reason: 'Payment outcome unknown', compensation_executed: true },
  })
})

test('lists orders by status', async () => {
  await create({ product_id: 605 })
  const response = await order.request('/orders?status=pending', {}, bindings)
  expect(await response.json()).toEqual({ orders: [], count: 0 })
})
