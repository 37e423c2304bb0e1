import { sql } from 'kysely'
import { beforeEach, expect, onTestFinished, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../tests/database.ts'
import { liveLease } from '../../tests/leases.ts'
import { beginSaga, endSaga, takeStep } from '../work/sagas.ts'
import { auditLedger } from './audit.ts'
import { compensateOrder } from './compensations.ts'
import { compensateQuantity, reserveStock } from './reservations.ts'

let database: TestDatabase
beforeEach(async () => {
  database = await createTestDatabase()
  onTestFinished(() => database.drop())
})

const audit = () => auditLedger(database.db, { pendingLimitSeconds: 60 })
const doctor = (statement: string) => sql.raw(statement).execute(database.db)

/** An order that reserved 2 of product 1. */
async function order(status: 'completed' | 'failed' | 'pending'): Promise<number> {
  const { db } = database
  const saga = await beginSaga(db, {
    product_id: 1,
    quantity: 2,
    lease: liveLease(),
  })
  await reserveStock(db, { product_id: 1, quantity: 2, order_id: saga.order_id })
  if (status === 'failed') {
    await takeStep(db, saga, 'compensating')
    await compensateOrder(db, saga.order_id, 1)
  }
  if (status !== 'pending') await endSaga(db, saga, status)
  return saga.order_id
}

test('an untouched ledger balances', async () => {
  for (const status of ['completed', 'failed', 'pending'] as const) await order(status)
  await reserveStock(database.db, { product_id: 9, quantity: 4, order_id: 4711 })
  // Another client used the id of order 4 first, so that order fails.
  await reserveStock(database.db, { product_id: 1, quantity: 1, order_id: 4 })
  const refused = await beginSaga(database.db, {
    product_id: 1,
    quantity: 2,
    lease: liveLease(),
  })
  await endSaga(database.db, refused, 'failed', 'not_reserved')
  // A client without an order released the stock of one, which then could release less.
  const robbed = await beginSaga(database.db, {
    product_id: 20,
    quantity: 2,
    lease: liveLease(),
  })
  await reserveStock(database.db, { product_id: 20, quantity: 2, order_id: robbed.order_id })
  await compensateQuantity(database.db, 20, 1)
  await takeStep(database.db, robbed, 'compensating')
  await compensateOrder(database.db, robbed.order_id, 20)
  await endSaga(database.db, robbed, 'failed', 'payment_refused')
  const { products, orders, findings, balances, strangers } = await audit()
  expect(products).toContainEqual({
    product_id: 1,
    reserved: 5,
    booked: 5,
    live: 3,
    balances: true,
  })
  expect(products).toContainEqual({
    product_id: 20,
    reserved: 0,
    booked: 0,
    live: 0,
    balances: true,
  })
  expect(orders).toEqual({ completed: 1, failed: 3, pending: 1 })
  expect(findings).toEqual([])
  expect(strangers).toBe(2)
  expect(balances).toBe(true)
})

test.each([
  [
    'stock without a ledger entry',
    'update inventory_items set reserved = reserved + 1 where product_id = 1',
    undefined,
  ],
  ['stock without its row', 'delete from inventory_items where product_id = 1', undefined],
  ['a missing compensation', "update orders set status = 'failed'", 'its stock was not released'],
  [
    'an unjustified compensation',
    'update reservations set compensated_at = now()',
    'holds no stock',
  ],
  ['a doubled compensation', 'update reservations set given_back = 4', 'released 4 of 2'],
  ['a missing reservation', 'delete from reservations', 'holds no stock'],
  [
    'a pending order without a saga',
    "update orders set status = 'pending'; delete from order_sagas",
    'nothing will end it',
  ],
  [
    'an order that is pending for too long',
    "update orders set status = 'pending'; update order_sagas set step = 'paying', " +
      "begun_at = now() - interval '61 s'",
    'pending past its limit, at step paying',
  ],
  [
    'an order whose compensation fails for too long',
    "update orders set status = 'pending'; update order_sagas set step = 'compensating', " +
      "updated_at = now(), begun_at = now() - interval '61 s'",
    'pending past its limit, at step compensating',
  ],
  [
    'a compensation that released nothing',
    "update orders set status = 'failed'; update order_sagas set step = 'ended'; " +
      'update reservations set compensated_at = now()',
    '2 of it stayed reserved',
  ],
  [
    'a running saga of an ended order',
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
