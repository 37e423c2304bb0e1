import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../tests/database.ts'
import { up } from './migrations/0004-address-domains.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())

test('older addresses get the form of new ones', async () => {
  const { db } = database
  const before = [
    'taken@EXAMPLE.com',
    'taken@example.com',
    'Ada@Example.COM',
    'twice@EXAMPLE.org',
    'twice@Example.org',
    'a@xn--exmple-cua.com',
    'B@XN--exmple-cua.com',
    'c@xn--zzzzzz.com',
    'LOCAL@example.com',
  ]
  await db
    .insertInto('users')
    .values(before.map((email) => ({ email })))
    .execute()
  await up(db)
  const rows = await db.selectFrom('users').select('email').orderBy('id').execute()
  expect(rows.map(({ email }) => email)).toEqual([
    'taken@EXAMPLE.com',
    'taken@example.com',
    'Ada@example.com',
    'twice@example.org',
    'twice@Example.org',
    'a@exämple.com',
    'B@exämple.com',
    'c@xn--zzzzzz.com',
    'LOCAL@example.com',
  ])
})
