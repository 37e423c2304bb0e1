import type { $Fetch } from 'ofetch'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../tests/database.ts'
import { inProcess, postJson } from '../../tests/in-process.ts'
import analytics from '../analytics/app.ts'
import cache from '../cache/app.ts'
import search from '../search/app.ts'
import product from './app.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())

const callees = {
  search: inProcess(search, {}),
  cache: inProcess(cache, {}),
  analytics: inProcess(analytics, {}),
}

const update = (id: number, body: unknown, services: object = callees) =>
  product.request(
    `/products/${id}`,
    { ...postJson(body), method: 'PUT' },
    { db: database.db, ...services },
  )

test('updates the given columns only', async () => {
  const response = await update(1, { stock: 7, name: null })
  expect(response.status).toBe(200)
  const body = (await response.json()) as Record<string, unknown>
  expect(body).toMatchObject({ id: 1, name: 'Laptop', stock: 7 })
  expect(body).not.toHaveProperty('warnings')
})

test('warns of a failed call and continues', async () => {
  const broken = inProcess(cache, {}).create({ baseURL: '/nowhere' })
  const response = await update(2, { stock: 1 }, { ...callees, search: broken, cache: broken })
  expect(response.status).toBe(200)
  expect(await response.json()).toMatchObject({
    stock: 1,
    warnings: ['search answered 404', 'cache answered 404'],
  })
})

test('calls the services in order', async () => {
  const events: string[] = []
  const recording = (name: keyof typeof callees) => {
    const send = async (...request: Parameters<$Fetch>) => {
      events.push(`${name} asked`)
      const answer = await callees[name](...request)
      events.push(`${name} answered`)
      return answer
    }
    return send as $Fetch
  }
  await update(
    1,
    {},
    { search: recording('search'), cache: recording('cache'), analytics: recording('analytics') },
  )
  const inTurn = ['search', 'cache', 'analytics'].flatMap((name) => [
    `${name} asked`,
    `${name} answered`,
  ])
  expect(events).toEqual(inTurn)
})

test('reads a product, and answers 404 without one', async () => {
  const found = await product.request('/products/3', {}, { db: database.db })
  expect(await found.json()).toEqual({ id: 3, name: 'Keyboard', stock: 75 })
  expect((await product.request('/products/99', {}, { db: database.db })).status).toBe(404)
  expect((await update(99, { stock: 1 })).status).toBe(404)
})

test('lists products page by page', async () => {
  const response = await product.request('/products?limit=1&after=2', {}, { db: database.db })
  expect(await response.json()).toEqual({
    products: [{ id: 3, name: 'Keyboard', stock: 75 }],
    count: 3,
  })
})
