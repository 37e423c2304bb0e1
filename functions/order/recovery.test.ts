import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { createLeases } from '../../db/leases.ts'
import { reserveStock } from '../../db/reservations.ts'
import { beginSaga, endSaga, findOutcome, releaseSagas, takeStep } from '../../db/sagas.ts'
import { createTestDatabase, type TestDatabase } from '../../tests/database.ts'
import { inProcess } from '../../tests/in-process.ts'
import { expiredLease, liveLease, untilLeasesExpire } from '../../tests/leases.ts'
import inventory from '../inventory/app.ts'
import payment from '../payment/app.ts'
import recoverOrders from './recovery.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
  await untilLeasesExpire(database.db)
})
afterAll(() => database.drop())

const product_id = 1

/** The bindings of an instance. */
function services() {
  const { db } = database
  const leases = createLeases({ db })
  onTestFinished(leases.close)
  return {
    db,
    leases,
    payment: inProcess(payment, { PAYMENT_DELAY_MS: 0 }),
    inventory: inProcess(inventory, { db }),
  }
}

/** An order that was interrupted after some of its steps. */
async function leave({ reserved = false, paying = false } = {}, lease = expiredLease()) {
  const saga = await beginSaga(database.db, { product_id, quantity: 2, lease })
  if (reserved)
    await reserveStock(database.db, { product_id, quantity: 2, order_id: saga.order_id })
  if (paying) await takeStep(database.db, saga, 'paying')
  return saga
}

const statusOf = async (order_id: number) => (await findOutcome(database.db, order_id))?.status

const reserved = async () =>
  (
    await database.db
      .selectFrom('inventory_items')
      .selectAll()
      .where('product_id', '=', product_id)
      .executeTakeFirst()
  )?.reserved

test.each([{}, { reserved: true }, { reserved: true, paying: true }])(
  'an order interrupted after %j fails and releases its stock',
  async (progress) => {
    const { order_id } = await leave(progress)
    expect(await recoverOrders(services())).toEqual({ ended: 1, owed: 0 })
    expect(await statusOf(order_id)).toBe('failed')
    expect(await reserved()).toBe(0)
    expect(await recoverOrders(services())).toEqual({ ended: 0, owed: 0 })
  },
)

test('an order is recovered once its lease is not renewed', async () => {
  const termMs = 600
  const short = createLeases({ db: database.db, termMs })
  const crash = Promise.withResolvers<void>()
  const placed = Promise.withResolvers<number>()
  const working = short.hold(async (lease) => {
    placed.resolve((await leave({}, lease)).order_id)
    await crash.promise
  })
  const order_id = await placed.promise
  await expect.poll(() => leaseAge(order_id), { timeout: 10_000 }).toBeGreaterThan(2 * termMs)
  expect(await recoverOrders(services())).toEqual({ ended: 0, owed: 0 })
  short.close()
  const status = async () => {
    await recoverOrders(services())
    return statusOf(order_id)
  }
  await expect.poll(status, { timeout: 10_000 }).toBe('failed')
  crash.resolve()
  await working
})

/** From the first grant of an order's lease to its expiry, in milliseconds. */
async function leaseAge(order_id: number): Promise<number> {
  const saga = await database.db
    .selectFrom('order_sagas')
    .select(['begun_at', 'lease_expires_at'])
    .where('order_id', '=', order_id)
    .executeTakeFirstOrThrow()
  return saga.lease_expires_at.getTime() - saga.begun_at.getTime()
}

test('concurrent recoveries end each order once', async () => {
  await Promise.all(Array.from({ length: 20 }, () => leave({ reserved: true })))
  const rounds = await Promise.all([services(), services(), services()].map(recoverOrders))
  expect(rounds.every(({ owed }) => owed === 0)).toBe(true)
  expect(await reserved()).toBe(0)
})

test('a holder without its lease takes no step', async () => {
  const saga = await leave({ reserved: true })
  await recoverOrders(services())
  expect(await takeStep(database.db, saga, 'paying')).toBe(false)
  expect(await endSaga(database.db, saga, 'completed')).toBe(false)
  expect(await statusOf(saga.order_id)).toBe('failed')
})

test('one round ends a backlog behind leased orders', async () => {
  const lease = liveLease()
  await Promise.all(Array.from({ length: 30 }, () => leave({}, lease)))
  await Promise.all(Array.from({ length: 50 }, () => leave({ reserved: true })))
  expect(await recoverOrders(services())).toEqual({ ended: 50, owed: 0 })
  await releaseSagas(database.db, lease)
  expect(await recoverOrders(services())).toEqual({ ended: 30, owed: 0 })
})

test('without the inventory service the order stays pending', async () => {
  const { order_id } = await leave({ reserved: true })
  const away = {
    ...services(),
    inventory: inProcess(inventory, { db: database.db }).create({ baseURL: '/nowhere' }),
  }
  expect(await recoverOrders(away)).toEqual({ ended: 0, owed: 1 })
  expect(await statusOf(order_id)).toBe('pending')
  expect(await recoverOrders(services())).toEqual({ ended: 1, owed: 0 })
  expect(await reserved()).toBe(0)
})

test('orders that cannot be ended do not block others', async () => {
  // The contract of the inventory service refuses a quantity of 0.
  const stuck = await Promise.all(
    Array.from({ length: 25 }, () =>
      beginSaga(database.db, { product_id, quantity: 0, lease: expiredLease() }),
    ),
  )
  const { order_id } = await leave({ reserved: true })
  await recoverOrders(services())
  expect(await recoverOrders(services())).toEqual({ ended: 1, owed: 25 })
  expect(await statusOf(order_id)).toBe('failed')
  for (const saga of stuck)
    await database.db.deleteFrom('order_sagas').where('order_id', '=', saga.order_id).execute()
})

test('an order interrupted before its payment is not paid', async () => {
  const [early, late] = [
    await leave({ reserved: true }),
    await leave({ reserved: true, paying: true }),
  ]
  await recoverOrders(services())
  const failures = await Promise.all(
    [early, late].map(({ order_id }) => findOutcome(database.db, order_id)),
  )
  expect(failures.map((outcome) => outcome?.failure)).toEqual(['not_reserved', 'payment_unknown'])
})

test('recovery leaves orders placed meanwhile alone', async () => {
  const instance = services()
  const rounds = Array.from({ length: 10 }, () => recoverOrders(instance))
  const begun = Array.from({ length: 40 }, () =>
    instance.leases.hold(async (lease) => {
      const saga = await beginSaga(database.db, { product_id, quantity: 1, lease })
      await recoverOrders(instance)
      return takeStep(database.db, saga, 'paying')
    }),
  )
  expect(new Set(await Promise.all(begun))).toEqual(new Set([true]))
  await Promise.all(rounds)
})
