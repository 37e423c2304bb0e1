import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { maxInteger } from '../../model/setting.ts'
import { createTestDatabase, type TestDatabase } from '../../tests/database.ts'
import { compensateOrder } from './compensations.ts'
import { compensateQuantity, reserveStock } from './reservations.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())

/** The reserved quantity by the ledger, and by the product's row. */
async function balance(product_id: number) {
  const { db } = database
  const entries = await db
    .selectFrom('reservations')
    .selectAll()
    .where('product_id', '=', product_id)
    .execute()
  const item = await db
    .selectFrom('inventory_items')
    .selectAll()
    .where('product_id', '=', product_id)
    .executeTakeFirst()
  return [
    entries.reduce((sum, entry) => sum + entry.quantity - entry.given_back, 0),
    item?.reserved ?? 0,
  ]
}

const reserve = (product_id: number, quantity: number, order_id?: number) =>
  reserveStock(database.db, { product_id, quantity, order_id })

test('an order reserves once', async () => {
  expect(await reserve(11, 2, 1)).toEqual({ outcome: 'reserved', total: 2 })
  expect(await reserve(11, 2, 1)).toEqual({ outcome: 'reserved_before', quantity: 2, total: 2 })
  expect(await balance(11)).toEqual([2, 2])
})

test('an order releases once', async () => {
  await reserve(12, 5)
  await reserve(12, 2, 2)
  expect(await compensateOrder(database.db, 2, 12)).toEqual({ outcome: 'released', total: 5 })
  expect(await compensateOrder(database.db, 2, 12)).toEqual({ outcome: 'released', total: 5 })
  expect(await balance(12)).toEqual([5, 5])
})

test('a release before the reservation prevents it', async () => {
  expect(await compensateOrder(database.db, 3, 13)).toEqual({ outcome: 'released', total: 0 })
  expect(await reserve(13, 2, 3)).toEqual({ outcome: 'compensated_before' })
  expect(await balance(13)).toEqual([0, 0])
})

test('a release waits for a concurrent first reservation', async () => {
  const { db } = database
  const reserving = await db.startTransaction().execute()
  await reserveStock(reserving, { product_id: 18, quantity: 2, order_id: 5 })
  const compensating = compensateOrder(db, 5, 18)
  const waiting = () =>
    sql`
      select from pg_stat_activity
      where datname = current_database() and wait_event_type = 'Lock'
    `.execute(db)
  await expect.poll(async () => (await waiting()).rows.length).toBe(1)
  await reserving.commit().execute()
  expect(await compensating).toEqual({ outcome: 'released', total: 0 })
  expect(await balance(18)).toEqual([0, 0])
})

test('requests without an order are not idempotent', async () => {
  await reserve(14, 2)
  await reserve(14, 2)
  expect(await compensateQuantity(database.db, 14, 3)).toBe(1)
  expect(await compensateQuantity(database.db, 14, 3)).toBe(0)
  expect(await compensateQuantity(database.db, 15, 3)).toBeUndefined()
  expect(await balance(14)).toEqual([0, 0])
})

test('a reservation beyond the range changes nothing', async () => {
  await reserve(16, maxInteger)
  expect(await reserve(16, 1, 4)).toEqual({ outcome: 'too_many' })
  expect(await balance(16)).toEqual([maxInteger, maxInteger])
})

test('a reservation beyond the range does not end its transaction', async () => {
  await reserve(19, maxInteger)
  const booking = { product_id: 19, quantity: 1, order_id: 6 }
  const outcomes = await database.db
    .transaction()
    .execute(async (transaction) => [
      await reserveStock(transaction, booking),
      await reserveStock(transaction, { ...booking, product_id: 20 }),
    ])
  expect(outcomes).toEqual([{ outcome: 'too_many' }, { outcome: 'reserved', total: 1 }])
})

test('ledger and stock agree under concurrent requests', async () => {
  await reserve(17, 50)
  const calls = Array.from({ length: 400 }, (_, index): Promise<unknown> => {
    const order_id = 100 + (index % 7)
    if (index % 3 === 0) return compensateOrder(database.db, order_id, 17)
    if (index % 11 === 0) return compensateQuantity(database.db, 17, 1)
    return index % 13 === 0 ? reserve(17, 1) : reserve(17, 3, order_id)
  })
  await Promise.all(calls)
  const [booked, reserved] = await balance(17)
  expect(booked).toBe(reserved)
  const closed = await database.db
    .selectFrom('reservations')
    .select('order_id')
    .where('product_id', '=', 17)
    .where('order_id', 'is not', null)
    .execute()
  expect(closed).toHaveLength(7)
})
