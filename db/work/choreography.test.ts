import { beforeEach, expect, onTestFinished, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../tests/database.ts'
import { expiredLease, liveLease, untilLeasesExpire } from '../../tests/leases.ts'
import { auditLedger } from '../ledger/audit.ts'
import { compensateOrder } from '../ledger/compensations.ts'
import { reserveStock } from '../ledger/reservations.ts'
import {
  beginChoreography,
  completePaidOrder,
  failRejectedOrder,
  failReleasedOrder,
  noteFailedPayment,
} from './choreography.ts'
import { countExpiredSagas, takeOverSagas } from './expired-sagas.ts'
import { claimOperation } from './idempotency.ts'
import { beginSaga, findOutcome } from './sagas.ts'

let database: TestDatabase
beforeEach(async () => {
  database = await createTestDatabase()
  onTestFinished(() => database.drop())
})

const place = () => beginChoreography(database.db, { product_id: 1, quantity: 2 })
const reserve = (order_id: number, quantity = 2) =>
  reserveStock(database.db, { product_id: 1, quantity, order_id })
const release = (order_id: number) =>
  compensateOrder(database.db, order_id, 1, { paymentFailed: true })

/** The status of an order, the step of its saga, and why it fails. */
async function stateOf(order_id: number): Promise<string> {
  const { db } = database
  const found = await findOutcome(db, order_id)
  const { step } = await db
    .selectFrom('order_sagas')
    .select('step')
    .where('order_id', '=', order_id)
    .executeTakeFirstOrThrow()
  return [found?.status, step, found?.failure ?? '-'].join(' ')
}

const findings = async () =>
  (await auditLedger(database.db, { pendingLimitSeconds: 60 })).findings.map(
    ({ problem }) => problem,
  )

test('an order whose payment fails ends with its stock back', async () => {
  const { db } = database
  const order = await place()
  expect(await stateOf(order)).toBe('pending reserving -')
  await reserve(order)
  await noteFailedPayment(db, order)
  expect(await stateOf(order)).toBe('pending compensating payment_refused')
  await release(order)
  await failReleasedOrder(db, order)
  expect(await stateOf(order)).toBe('failed ended payment_refused')
  expect(await findings()).toEqual([])
})

test('a release that overtakes the failed payment implies it', async () => {
  const { db } = database
  const order = await place()
  await reserve(order)
  await release(order)
  await failReleasedOrder(db, order)
  expect(await stateOf(order)).toBe('failed ended payment_refused')
  await noteFailedPayment(db, order)
  expect(await stateOf(order)).toBe('failed ended payment_refused')
})

test('a paid order completes with its stock', async () => {
  const { db } = database
  const order = await place()
  await reserve(order)
  await completePaidOrder(db, order)
  expect(await stateOf(order)).toBe('completed ended -')
  expect(await findings()).toEqual([])
})

test('a rejected order fails, and nothing is reserved for it later', async () => {
  const { db } = database
  const order = await place()
  await failRejectedOrder(db, order)
  expect(await stateOf(order)).toBe('failed ended not_reserved')
  expect(await reserve(order)).toEqual({ outcome: 'compensated_before' })
  expect(await findings()).toEqual([])
})

test('a rejected order whose id another client has used fails', async () => {
  const { db } = database
  await reserve(1, 5)
  const order = await place()
  expect(order).toBe(1)
  await failRejectedOrder(db, order)
  expect(await stateOf(order)).toBe('failed ended not_reserved')
  expect(await findings()).toEqual([])
})

test('an order without its stock does not complete', async () => {
  const { db } = database
  const order = await place()
  await completePaidOrder(db, order)
  expect(await stateOf(order)).toBe('pending reserving -')
  await reserve(order)
  await release(order)
  await completePaidOrder(db, order)
  expect(await stateOf(order)).toBe('pending reserving -')
})

test('an order that holds its stock does not fail', async () => {
  const { db } = database
  const order = await place()
  await failReleasedOrder(db, order)
  await reserve(order)
  await failReleasedOrder(db, order)
  await failRejectedOrder(db, order)
  expect(await stateOf(order)).toBe('pending reserving -')
})

test('late and double messages change nothing', async () => {
  const { db } = database
  const [paid, failed] = [await place(), await place()]
  for (const order of [paid, failed]) await reserve(order)
  await completePaidOrder(db, paid)
  await release(failed)
  await failReleasedOrder(db, failed)
  for (const order of [paid, failed, 4711]) {
    await noteFailedPayment(db, order)
    await failRejectedOrder(db, order)
    await failReleasedOrder(db, order)
    await completePaidOrder(db, order)
  }
  expect(await stateOf(paid)).toBe('completed ended -')
  expect(await stateOf(failed)).toBe('failed ended payment_refused')
  expect(await findings()).toEqual([])
})

test('recovery takes over calls, and never choreographies', async () => {
  const { db } = database
  await untilLeasesExpire(db)
  await place()
  const called = await beginSaga(db, { product_id: 1, quantity: 1, lease: expiredLease() })
  expect(await countExpiredSagas(db)).toBe(1)
  expect(await takeOverSagas(db, liveLease(), 10)).toMatchObject([{ order_id: called.order_id }])
})

test('an order is noted with the operation that places it', async () => {
  const { db } = database
  const operation = { operation: '/create_order', key: 'k', lease: liveLease() }
  await claimOperation(db, operation, { request_hash: 'h', keptHours: 1 })
  const order = await beginChoreography(db, { product_id: 1, quantity: 1, operation })
  const [kept] = await db.selectFrom('idempotency_keys').select('subject_id').execute()
  expect(kept).toEqual({ subject_id: order })
  const lost = { ...operation, lease: liveLease() }
  await expect(
    beginChoreography(db, { product_id: 1, quantity: 1, operation: lost }),
  ).rejects.toThrow('taken the lease over')
})
