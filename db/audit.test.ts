import { sql } from 'kysely'
import { beforeEach, expect, onTestFinished, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../tests/database.ts'
import { auditLedger } from './audit.ts'
import { compensateOrder, reserveStock } from './reservations.ts'
import { beginSaga, endSaga } from './sagas.ts'

let database: TestDatabase
beforeEach(async () => {
  database = await createTestDatabase()
  onTestFinished(() => database.drop())
})

const audit = () => auditLedger(database.db, { pendingLimitSeconds: 60 })
const doctor = (statement: string) => sql.raw(statement).execute(database.db)

/** An order that reserved 2 of product 1, and came to an end. */
async function order(status: 'completed' | 'failed' | 'pending'): Promise<number> {
  const { db } = database
  const saga = await beginSaga(db, { product_id: 1, quantity: 2, owner: 1, token: crypto.randomUUID() })
  await reserveStock(db, { product_id: 1, quantity: 2, order_id: saga.order_id })
  if (status === 'failed') await compensateOrder(db, saga.order_id, 1)
  if (status !== 'pending') await endSaga(db, saga, status)
  return saga.order_id
}

test('a ledger that nobody touched balances', async () => {
  for (const status of ['completed', 'failed', 'pending'] as const) await order(status)
  await reserveStock(database.db, { product_id: 9, quantity: 4, order_id: 4711 })
  const { products, orders, findings, balances, strangers } = await audit()
  expect(products).toContainEqual({ product_id: 1, reserved: 4, booked: 4, live: 2, balances: true })
  expect(orders).toEqual({ completed: 1, failed: 1, pending: 1 })
  expect(findings).toEqual([])
  expect(strangers).toBe(1)
  expect(balances).toBe(true)
})

test.each([
  [
    'stock that was taken without a booking',
    'update inventory_items set reserved = reserved + 1 where product_id = 1',
    undefined,
  ],
  ['stock whose row is gone', 'delete from inventory_items where product_id = 1', undefined],
  ['a compensation that is missing', "update orders set status = 'failed'", 'its stock was not given back'],
  ['a compensation that should not be', 'update reservations set compensated_at = now()', 'holds no stock'],
  ['a compensation that is doubled', 'update reservations set given_back = 4', 'gave back 4 of 2'],
  ['a reservation that is gone', 'delete from reservations', 'holds no stock'],
  [
    'an order that is pending and forgotten',
    "update orders set status = 'pending'; delete from order_sagas",
    'nothing will end it',
  ],
  [
    'an order that is pending too long',
    "update orders set status = 'pending'; update order_sagas set step = 'paying', updated_at = now() - interval '61 s'",
    'pending past its limit, at step paying',
  ],
  [
    'a saga that goes on after its order has ended',
    "update order_sagas set step = 'paying'",
    'its saga is at step paying',
  ],
])('%s does not balance', async (_name, statement, problem) => {
  await order('completed')
  await doctor(statement)
  const { findings, balances } = await audit()
  expect(balances).toBe(false)
  if (problem) expect(findings.map((finding) => finding.problem).join()).toContain(problem)
})
