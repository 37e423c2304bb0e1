import { afterAll, expect, test } from 'vitest'
import { releaseSagas } from '../../db/work/expired-sagas.ts'
import { createLeases } from '../../db/work/leases.ts'
import { beginSaga, takeStep } from '../../db/work/sagas.ts'
import { createInterruptedOrders, product_id } from '../../tests/interrupted-orders.ts'
import { liveLease } from '../../tests/leases.ts'
import recoverOrders from './recovery.ts'

const orders = await createInterruptedOrders()
const { db, services, leave, statusOf, reserved } = orders
afterAll(orders.drop)

test('an order is recovered once its lease is not renewed', async () => {
  const termMs = 600
  const short = createLeases({ db, termMs })
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
  const saga = await db
    .selectFrom('order_sagas')
    .select(['begun_at', 'lease_expires_at'])
    .where('order_id', '=', order_id)
    .executeTakeFirstOrThrow()
  return saga.lease_expires_at.getTime() - saga.begun_at.getTime()
}

test('concurrent recoveries end each order once', async () => {
  await Promise.all(Array.from({ length: 20 }, () => leave({ reserved: true })))
  const rounds = await Promise.all(
    [services(), services(), services()].map((each) => recoverOrders(each)),
  )
  expect(rounds.every(({ owed }) => owed === 0)).toBe(true)
  expect(await reserved()).toBe(0)
})

test('one round ends a backlog behind leased orders', async () => {
  const lease = liveLease()
  await Promise.all(Array.from({ length: 30 }, () => leave({}, lease)))
  await Promise.all(Array.from({ length: 50 }, () => leave({ reserved: true })))
  expect(await recoverOrders(services())).toEqual({ ended: 50, owed: 0 })
  await releaseSagas(db, lease)
  expect(await recoverOrders(services())).toEqual({ ended: 30, owed: 0 })
})

test('recovery leaves orders placed meanwhile alone', async () => {
  const instance = services()
  const rounds = Array.from({ length: 10 }, () => recoverOrders(instance))
  const begun = Array.from({ length: 40 }, () =>
    instance.leases.hold(async (lease) => {
      const saga = await beginSaga(db, { product_id, quantity: 1, lease })
      await recoverOrders(instance)
      return takeStep(db, saga, 'paying')
    }),
  )
  expect(new Set(await Promise.all(begun))).toEqual(new Set([true]))
  await Promise.all(rounds)
})
