import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../tests/database.ts'
import { type Places, prepare } from './prepare.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())

type Range = { from: number; to: number }

let builds = 0
const productsIn = prepare((db, { from, to }: Places<Range>) => {
  builds++
  return db
    .selectFrom('products')
    .select('id')
    .where('id', '>=', from)
    .where(sql<boolean>`id <= ${to}`)
    .where('name', '<>', 'Nothing')
    .orderBy('id')
})

const idsIn = async (db: TestDatabase['db'], range: Range) =>
  (await productsIn(db, range)).rows.map(({ id }) => id)

test('a prepared query is built once for all values', async () => {
  expect(await idsIn(database.db, { from: 1, to: 2 })).toEqual([1, 2])
  expect(await idsIn(database.db, { from: 2, to: 3 })).toEqual([2, 3])
  expect(builds).toBe(1)
})

test('a prepared query runs in the transaction that it gets', async () => {
  const seen = await database.db.transaction().execute(async (transaction) => {
    await transaction.insertInto('products').values({ name: 'Screen', stock: 1 }).execute()
    const inside = await idsIn(transaction, { from: 4, to: 9 })
    return { inside, outside: await idsIn(database.db, { from: 4, to: 9 }) }
  })
  expect(seen).toEqual({ inside: [4], outside: [] })
})
