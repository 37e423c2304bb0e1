import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Connection, connect } from '../../db/connection/connect.ts'
import { createTestDatabase, type TestDatabase } from '../../tests/database.ts'
import { appear, isElected } from './presence.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())

const openApart = (): Connection => connect({ url: database.url, max: 1, idleTimeoutMs: 0 })

/** Whether an instance of a function is the only one when it appears. */
async function isAlone({ db }: Connection, name: 'email' | 'order' = 'email'): Promise<boolean> {
  let begun = false
  await appear(db, name, async () => {
    begun = true
  })
  return begun
}

test('only the first living instance of a function is alone', async () => {
  const [first, second, third] = [openApart(), openApart(), openApart()]
  expect(await isAlone(first)).toBe(true)
  expect(await isAlone(second)).toBe(false)
  expect(await isAlone(third, 'order')).toBe(true)
  await first.close()
  await second.close()
  const later = openApart()
  await expect.poll(() => isAlone(later)).toBe(true)
  await Promise.all([third, later].map(({ close }) => close()))
})

test('one is elected, and another one when it has gone', async () => {
  const [first, second] = [openApart(), openApart()]
  expect(await isElected(first.db)).toBe(true)
  expect(await isElected(second.db)).toBe(false)
  expect(await isElected(first.db)).toBe(true)
  await first.close()
  await expect.poll(() => isElected(second.db)).toBe(true)
  await second.close()
})
