import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import type { Db } from '../../../db/schema.ts'
import type { QueueName } from '../../../model/messages.ts'
import { createTestDatabase } from '../../../tests/database.ts'
import { createWaitingAges } from './waiting-ages.ts'

const queue: QueueName = 'order_created_queue'

let db: Db
beforeEach(async () => {
  const database = await createTestDatabase()
  onTestFinished(database.drop)
  db = database.db
  vi.useFakeTimers({ toFake: ['performance'] })
})
afterEach(() => void vi.useRealTimers())

const pass = (seconds: number) => vi.advanceTimersByTime(seconds * 1000)

/** Reads the age while so many messages wait. */
function createReader() {
  const ages = createWaitingAges(db)
  return async (count: number) => (await ages.read(new Map([[queue, count]]))).get(queue)
}

/** Records a message that was stored and handled so many seconds ago. */
const handle = (storedAgo: number, handledAgo: number) =>
  sql`
    insert into inbox (consumer, message_id, correlation_id, occurred_at, accepted_at, handled_at)
    select ${queue}, ${randomUUID()}, 'request-1', stored, stored,
      now() - make_interval(secs => ${handledAgo}::float8)
    from (select now() - make_interval(secs => ${storedAgo}::float8) as stored) as times
  `.execute(db)

test('a message came after its queue was last seen empty', async () => {
  const read = createReader()
  expect(await read(0)).toBe(0)
  pass(3)
  expect(await read(2)).toBe(3)
  pass(2)
  expect(await read(1)).toBe(5)
  expect(await read(0)).toBe(0)
  pass(1)
  expect(await read(1)).toBe(1)
})

test('a queue that was never seen has waited for no time', async () => {
  const read = createReader()
  expect(await read(7)).toBe(0)
  pass(4)
  expect(await read(7)).toBe(4)
})

test('a message came after the youngest that was handled', async () => {
  const read = createReader()
  await read(0)
  pass(500)
  await handle(200, 0)
  await handle(100, 0)
  const age = await read(3)
  expect(age).toBeGreaterThanOrEqual(100)
  expect(age).toBeLessThan(200)
})

test('an old message that was retried makes no other older', async () => {
  const read = createReader()
  await read(0)
  pass(10)
  await handle(3600, 0)
  expect(await read(1)).toBe(10)
})

test('a message that was handled long ago tells nothing', async () => {
  const read = createReader()
  await read(0)
  pass(500)
  await handle(100, 60)
  expect(await read(1)).toBe(500)
})
