import { beforeEach, expect, onTestFinished, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../tests/database.ts'
import {
  buryMessage,
  countDeadLetters,
  dropDeadLetters,
  listDeadLetters,
  redriveDeadLetters,
} from './dead-letters.ts'

let database: TestDatabase
beforeEach(async () => {
  database = await createTestDatabase()
  onTestFinished(() => database.drop())
})

const firstAt = new Date('2026-11-01T10:00:00Z')
const queue = 'order_created_queue'
const bury = (id: string, { reason = 'no such field', attempts = 1, at = firstAt } = {}) =>
  buryMessage(database.db, { queue, id, message: { id }, reason, attempts, firstAt: at })

test('a dead letter is kept with its reason', async () => {
  await bury('a')
  const [letter, ...others] = await listDeadLetters(database.db, 10)
  const expected = { queue, id: 'a', message: { id: 'a' }, reason: 'no such field', attempts: 1 }
  expect(letter).toMatchObject({ ...expected, firstAt })
  expect(others).toEqual([])
  expect([...(await countDeadLetters(database.db))]).toEqual([[queue, 1]])
})

test('a message that is buried twice keeps its first delivery', async () => {
  await bury('a')
  await bury('a', { reason: 'too often', attempts: 6, at: new Date() })
  expect(await listDeadLetters(database.db, 10)).toMatchObject([
    { reason: 'too often', attempts: 6, firstAt },
  ])
})

test.each(['text', 7, null, ['\u0000']])('%j may be a dead letter', async (message) => {
  await buryMessage(database.db, { queue, id: 'x', message, reason: '', attempts: 1, firstAt })
  expect(await listDeadLetters(database.db, 10)).toMatchObject([{ message }])
})

test('one dead letter of a queue is dropped by its id', async () => {
  for (const id of ['a', 'b', 'c']) await bury(id)
  expect(await dropDeadLetters(database.db, { queue, id: 'b' })).toEqual([{ id: 'b' }])
  expect((await listDeadLetters(database.db, 10)).map(({ id }) => id)).toEqual(['a', 'c'])
  expect(await dropDeadLetters(database.db, { queue: 'order_paid_queue' })).toEqual([])
  expect(await dropDeadLetters(database.db, { queue })).toEqual([{ id: 'a' }, { id: 'c' }])
})

test('a dead letter stays if it cannot be put back', async () => {
  await bury('a')
  const stored: unknown[] = []
  const failing = redriveDeadLetters(database.db, { queue }, async (_db, _queue, messages) => {
    stored.push(...messages)
    throw new Error('no such queue')
  })
  await expect(failing).rejects.toThrow('no such queue')
  expect(stored).toEqual([{ id: 'a' }])
  expect(await redriveDeadLetters(database.db, { queue }, async () => {})).toBe(1)
  expect(await listDeadLetters(database.db, 10)).toEqual([])
})
