import type { $Fetch } from 'ofetch'
import { afterAll, expect, test } from 'vitest'
import { beginSaga, endSaga, findOutcome, takeStep } from '../../db/work/sagas.ts'
import { inProcess } from '../../tests/in-process.ts'
import { createInterruptedOrders, product_id } from '../../tests/interrupted-orders.ts'
import { expiredLease } from '../../tests/leases.ts'
import inventory from '../inventory/app.ts'
import recoverOrders from './recovery.ts'

const orders = await createInterruptedOrders()
const { db, services, leave, statusOf, reserved } = orders
afterAll(orders.drop)

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

test('a holder without its lease takes no step', async () => {
  const saga = await leave({ reserved: true })
  await recoverOrders(services())
  expect(await takeStep(db, saga, 'paying')).toBe(false)
  expect(await endSaga(db, saga, 'completed')).toBe(false)
  expect(await statusOf(saga.order_id)).toBe('failed')
})

test('without the inventory service the order stays pending', async () => {
  const { order_id } = await leave({ reserved: true })
  const away = {
    ...services(),
    inventory: inProcess(inventory, { db }).create({ baseURL: '/nowhere' }),
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
      beginSaga(db, { product_id, quantity: 0, lease: expiredLease() }),
    ),
  )
  const { order_id } = await leave({ reserved: true })
  await recoverOrders(services())
  expect(await recoverOrders(services())).toEqual({ ended: 1, owed: 25 })
  expect(await statusOf(order_id)).toBe('failed')
  for (const saga of stuck)
    await db.deleteFrom('order_sagas').where('order_id', '=', saga.order_id).execute()
})

test('an order interrupted before its payment is not paid', async () => {
  const [early, late] = [
    await leave({ reserved: true }),
    await leave({ reserved: true, paying: true }),
  ]
  await recoverOrders(services())
  const failures = await Promise.all([early, late].map(({ order_id }) => findOutcome(db, order_id)))
  expect(failures.map((outcome) => outcome?.failure)).toEqual(['not_reserved', 'payment_unknown'])
})

test('a round ends with its batch when the container stops', async () => {
  for (let order = 0; order < 30; order++) await leave({ reserved: true })
  const closing = new AbortController()
  const instance = services()
  const inventory = Object.assign(async (...call: Parameters<$Fetch>) => {
    const answer = await instance.inventory(...call)
    closing.abort()
    return answer
  }, instance.inventory) as $Fetch
  expect(await recoverOrders({ ...instance, inventory }, closing.signal)).toEqual({
    ended: 20,
    owed: 10,
  })
  expect(await recoverOrders(services())).toEqual({ ended: 10, owed: 0 })
})
