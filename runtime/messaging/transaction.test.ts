import { afterAll, beforeAll, expect, test } from 'vitest'
import { insertUser, listUsers } from '../../db/shop/users.ts'
import { createTestDatabase, type TestDatabase } from '../../tests/database.ts'
import { createLazyTransaction } from './transaction.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())

const page = { limit: 100, after: 0 }
// The seed has none.
const emails = async () => (await listUsers(database.db, page)).map(({ email }) => email)
const inUse = ({ pool } = database) => pool.totalCount - pool.idleCount

test('a transaction begins with its first query, and ends with its commit', async () => {
  const { db, commit } = createLazyTransaction(database.db)
  expect(inUse()).toBe(0)
  await insertUser(db, 'ada@example.com')
  expect(inUse()).toBe(1)
  expect(await emails()).toEqual([])
  await commit()
  expect(await emails()).toEqual(['ada@example.com'])
  expect(inUse()).toBe(0)
})

test('a transaction without a query needs no connection', async () => {
  const { commit, rollback } = createLazyTransaction(database.db)
  await commit()
  await rollback()
  expect(inUse()).toBe(0)
})

test('a rollback undoes all queries', async () => {
  const before = await emails()
  const { db, rollback } = createLazyTransaction(database.db)
  await insertUser(db, 'bob@example.com')
  await rollback()
  expect(await emails()).toEqual(before)
  expect(inUse()).toBe(0)
})

test('a transaction within it fails alone', async () => {
  const { db, commit } = createLazyTransaction(database.db)
  await insertUser(db, 'cy@example.com')
  const inner = db.transaction().execute(async (within) => {
    await insertUser(within, 'di@example.com')
    throw new Error('undone')
  })
  await expect(inner).rejects.toThrow('undone')
  await db.transaction().execute((within) => insertUser(within, 'eve@example.com'))
  await commit()
  expect(await emails()).toEqual(expect.arrayContaining(['cy@example.com', 'eve@example.com']))
  expect(await emails()).not.toContain('di@example.com')
})

test('a commit after a failed query throws, and its connection is free', async () => {
  const { db, commit, rollback } = createLazyTransaction(database.db)
  await insertUser(db, 'flo@example.com')
  await expect(insertUser(db, null as unknown as string)).rejects.toThrow('null value')
  await expect(commit()).rejects.toThrow()
  await rollback()
  expect(await emails()).not.toContain('flo@example.com')
  expect(inUse()).toBe(0)
})
