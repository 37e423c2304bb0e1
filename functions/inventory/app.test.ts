import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../tests/database.ts'
import { postJson } from '../../tests/in-process.ts'
import inventory from './app.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())

const book = (path: '/reserve_stock' | '/compensate_stock', body: unknown) =>
  inventory.request(path, postJson(body), { db: database.db })

test('reserves stock of an unknown product', async () => {
  const response = await book('/reserve_stock', { product_id: 501, quantity: 2 })
  expect(response.status).toBe(200)
  expect(await response.json()).toMatchObject({ status: 'ok', quantity: 2, total_reserved: 2 })
})

test('loses no concurrent reservation', async () => {
  await Promise.all(
    Array.from({ length: 60 }, () => book('/reserve_stock', { product_id: 502, quantity: 3 })),
  )
  const response = await book('/reserve_stock', { product_id: 502, quantity: 1 })
  expect(await response.json()).toMatchObject({ total_reserved: 181 })
})

test('releases stock, never below 0', async () => {
  await book('/reserve_stock', { product_id: 504, quantity: 2 })
  const response = await book('/compensate_stock', { product_id: 504, quantity: 5 })
  expect(await response.json()).toMatchObject({ total_reserved: 0 })
})

test('releases no stock of an unknown product', async () => {
  expect((await book('/compensate_stock', { product_id: 505 })).status).toBe(404)
})

test('lists reserved stock', async () => {
  const response = await inventory.request('/inventory?limit=2', {}, { db: database.db })
  expect(await response.json()).toMatchObject({
    inventory: [
      { product_id: 1, reserved: 0 },
      { product_id: 2, reserved: 0 },
    ],
  })
})
