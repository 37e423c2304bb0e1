import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { connect } from '../../db/connect.ts'
import { haveLocksSettled, holdInstanceLock } from '../../db/instances.ts'
import { reserveStock } from '../../db/reservations.ts'
import { beginSaga, endSaga, findOutcome, takeStep } from '../../db/sagas.ts'
import { createTestDatabase, type TestDatabase } from '../../tests/database.ts'
import { inProcess } from '../../tests/in-process.ts'
import inventory from '../inventory/app.ts'
import payment from '../payment/app.ts'
import recoverOrders from './recovery.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
  await vi.waitUntil(() => haveLocksSettled(database.db), { timeout: 10_000 })
})
afterAll(() => database.drop())

const product_id = 1

const services = (instance: number, inFlight = new Set<string>()) => ({
  db: database.db,
  instance,
  inFlight,
  payment: inProcess(payment, { PAYMENT_DELAY_MS: 0 }),
  inventory: inProcess(inventory, { db: database.db }),
})

/** An order whose instance went as far as this, and no further. */
async function leave(owner: number, { reserved = false, paying = false } = {}) {
  const saga = await beginSaga(database.db, {
    product_id,
    quantity: 2,
    owner,
    token: crypto.randomUUID(),
  })
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
  'an order that an instance left behind after %j fails, and its stock is given back',
  async (progress) => {
    const { order_id } = await leave(70, progress)
    expect(await recoverOrders(services(71))).toEqual({ ended: 1, owed: 0 })
    expect(await statusOf(order_id)).toBe('failed')
    expect(await reserved()).toBe(0)
    expect(await recoverOrders(services(71))).toEqual({ ended: 0, owed: 0 })
  },
)

test('orders that somebody works on are left alone, and given up by whoever dies', async () => {
  const other = connect({ url: database.url, max: 1 })
  await holdInstanceLock(other.db, 80)
  await holdInstanceLock(other.db, 80)
  const theirs = await leave(80)
  const mine = await leave(81)
  const inFlight = new Set([mine.token])
  expect(await recoverOrders(services(81, inFlight))).toEqual({ ended: 0, owed: 0 })
  await other.close()
  inFlight.clear()
  const statuses = async () => {
    await recoverOrders(services(81))
    return [await statusOf(theirs.order_id), await statusOf(mine.order_id)]
  }
  await expect.poll(statuses, { timeout: 10_000 }).toEqual(['failed', 'failed'])
})

test('two instances that recover at once end each order once', async () => {
  await Promise.all(Array.from({ length: 20 }, () => leave(90, { reserved: true })))
  const rounds = await Promise.all(
    [91, 92, 93].map((instance) => recoverOrders(services(instance))),
  )
  expect(rounds.every(({ owed }) => owed === 0)).toBe(true)
  expect(await reserved()).toBe(0)
})

test('whoever lost an order to recovery takes no further step of it', async () => {
  const saga = await leave(95, { reserved: true })
  await recoverOrders(services(96))
  expect(await takeStep(database.db, saga, 'paying')).toBe(false)
  expect(await endSaga(database.db, saga, 'completed')).toBe(false)
  expect(await statusOf(saga.order_id)).toBe('failed')
})

test('a backlog is ended in one round, however many orders are being worked on before it', async () => {
  const mine = await Promise.all(Array.from({ length: 30 }, () => leave(101)))
  await Promise.all(Array.from({ length: 50 }, () => leave(100, { reserved: true })))
  const inFlight = new Set(mine.map(({ token }) => token))
  expect(await recoverOrders(services(101, inFlight))).toEqual({ ended: 50, owed: 0 })
  expect(await recoverOrders(services(101))).toEqual({ ended: 30, owed: 0 })
})

test('while the inventory service is away, the compensation is owed and the order stays pending', async () => {
  const { order_id } = await leave(97, { reserved: true })
  const away = {
    ...services(98),
    inventory: inProcess(inventory, { db: database.db }).create({ baseURL: '/nowhere' }),
  }
  expect(await recoverOrders(away)).toEqual({ ended: 0, owed: 1 })
  expect(await statusOf(order_id)).toBe('pending')
  expect(await recoverOrders(services(98))).toEqual({ ended: 1, owed: 0 })
  expect(await reserved()).toBe(0)
})

test('orders that can not be ended do not keep others from it', async () => {
  // The contract of the inventory service refuses a quantity of 0.
  const stuck = await Promise.all(
    Array.from({ length: 25 }, () =>
      beginSaga(database.db, { product_id, quantity: 0, owner: 120, token: crypto.randomUUID() }),
    ),
  )
  const { order_id } = await leave(120, { reserved: true })
  await recoverOrders(services(121))
  expect(await recoverOrders(services(121))).toEqual({ ended: 1, owed: 25 })
  expect(await statusOf(order_id)).toBe('failed')
  for (const saga of stuck)
    await database.db.deleteFrom('order_sagas').where('order_id', '=', saga.order_id).execute()
})

test('an order that was left before its payment is known not to be paid, a later one is not', async () => {
  const [early, late] = [
    await leave(130, { reserved: true }),
    await leave(130, { reserved: true, paying: true }),
  ]
  await recoverOrders(services(131))
  const failures = await Promise.all(
    [early, late].map(({ order_id }) => findOutcome(database.db, order_id)),
  )
  expect(failures.map((outcome) => outcome?.failure)).toEqual(['not_reserved', 'payment_unknown'])
})

test('an order that is placed while recovery looks for abandoned ones is left alone', async () => {
  const inFlight = new Set<string>()
  const owner = 110
  const rounds = Array.from({ length: 10 }, () => recoverOrders(services(owner, inFlight)))
  const begun = Array.from({ length: 40 }, async () => {
    const token = crypto.randomUUID()
    inFlight.add(token)
    const saga = await beginSaga(database.db, { product_id, quantity: 1, owner, token })
    await recoverOrders(services(owner, inFlight))
    return takeStep(database.db, saga, 'paying')
  })
  expect(new Set(await Promise.all(begun))).toEqual(new Set([true]))
  await Promise.all(rounds)
})
