import { beforeEach, expect, onTestFinished, test } from 'vitest'
import { auditLedger } from '../../db/ledger/audit.ts'
import { createLeases } from '../../db/work/leases.ts'
import { maxInteger } from '../../model/setting.ts'
import { createTestDatabase, type TestDatabase } from '../../tests/database.ts'
import { inProcess, postJson } from '../../tests/in-process.ts'
import inventory from '../inventory/app.ts'
import payment from '../payment/app.ts'
import order from './app.ts'

let database: TestDatabase
beforeEach(async () => {
  database = await createTestDatabase()
  onTestFinished(() => database.drop())
})

const place = (body: object, { paymentDelayMs = 1 } = {}) => {
  const { db } = database
  return order.request('/create_order', postJson(body), {
    db,
    payment: inProcess(payment, { PAYMENT_DELAY_MS: paymentDelayMs }),
    inventory: inProcess(inventory, { db }),
    PAYMENT_OUTCOME: 'fail',
    leases: createLeases({ db }),
  })
}
const stock = (path: string) => (body: object) =>
  inventory.request(path, postJson(body), { db: database.db })
const reserve = stock('/reserve_stock')
const compensate = stock('/compensate_stock')

async function expectBalance(): Promise<void> {
  const { findings, balances, orders } = await auditLedger(database.db, { pendingLimitSeconds: 0 })
  expect(findings).toEqual([])
  expect([balances, orders.pending]).toEqual([true, 0])
}

const paid = { product_id: 1, quantity: 2, payment: 'succeed' }

test('a completed order keeps its stock', async () => {
  expect((await place(paid)).status).toBe(200)
  const booking = { product_id: 1, quantity: 2, order_id: 1 }
  expect((await compensate(booking)).status).toBe(409)
  expect((await reserve(booking)).status).toBe(200)
  expect((await reserve({ ...booking, quantity: 3 })).status).toBe(409)
  expect((await reserve({ ...booking, product_id: 2 })).status).toBe(409)
  await expectBalance()
})

test('an order in payment keeps its stock', async () => {
  const ordering = place(paid, { paymentDelayMs: 1000 })
  const step = async () =>
    (await database.db.selectFrom('order_sagas').select('step').execute())[0]?.step
  await expect.poll(step, { timeout: 10_000 }).toBe('paying')
  expect((await compensate({ product_id: 1, order_id: 1 })).status).toBe(409)
  expect((await ordering).status).toBe(200)
  await expectBalance()
})

test('an order fails if its id was released before', async () => {
  expect((await compensate({ product_id: 1, order_id: 1 })).status).toBe(200)
  expect((await place(paid)).status).toBe(503)
  expect((await place(paid)).status).toBe(200)
  await expectBalance()
})

test.each([2, 7])('the ledger balances if the id reserved %i before', async (quantity) => {
  expect((await reserve({ product_id: 1, quantity, order_id: 1 })).status).toBe(200)
  expect((await place(paid)).status).toBe(quantity === paid.quantity ? 200 : 503)
  await expectBalance()
})

test('nothing can be reserved for a failed order', async () => {
  const all = { product_id: 1, quantity: maxInteger }
  await reserve({ product_id: 1, quantity: 4 })
  expect((await place(all)).status).toBe(503)
  await compensate({ product_id: 1, quantity: 4 })
  expect((await reserve({ ...all, order_id: 1 })).status).toBe(409)
  await expectBalance()
})
