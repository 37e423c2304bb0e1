import { sql } from 'kysely'
import { PgBoss } from 'pg-boss'
import { expect, onTestFinished, test } from 'vitest'
import type { Envelope } from '../../model/messages.ts'
import { createTestDatabase } from '../../tests/database.ts'
import { resetToSeed } from '../seed.ts'
import { buryMessage, listDeadLetters, redriveDeadLetters } from './dead-letters.ts'
import { queueSchema, storeMessages, storeNewMessages } from './store-messages.ts'

const queue = 'order_created_queue'

/** A database with a queue, and what waits in it. */
async function withQueue() {
  const { db, url, drop } = await createTestDatabase()
  const boss = new PgBoss({ connectionString: url, schema: queueSchema, supervise: false })
  onTestFinished(async () => {
    await boss.stop({ graceful: false })
    await drop()
  })
  await boss.start()
  await boss.createQueue(queue, { retryLimit: 5, retryDelay: 2 })
  return { db, fetch: () => boss.fetch(queue, { batchSize: 10, includeMetadata: true }) }
}

test('a redriven message is in its queue as it was, with all attempts', async () => {
  const { db, fetch } = await withQueue()
  const message = { id: 'a', type: 'OrderCreated', data: { order_id: 7 } }
  const given = {
    queue: queue as typeof queue,
    id: 'a',
    message,
    reason: 'too often',
    attempts: 6,
    firstAt: new Date(),
  }
  await buryMessage(db, given)
  expect(await redriveDeadLetters(db, { queue }, storeMessages)).toBe(1)
  expect(await listDeadLetters(db, 10)).toEqual([])
  const jobs = await fetch()
  expect(jobs).toMatchObject([{ data: message, retryCount: 0, retryLimit: 5, retryDelay: 2 }])
})

test('a message is stored only if its transaction is committed', async () => {
  const { db, fetch } = await withQueue()
  const aborted = db.transaction().execute(async (transaction) => {
    await storeMessages(transaction, queue, [{ id: 'a' }])
    throw new Error('no')
  })
  await expect(aborted).rejects.toThrow('no')
  expect(await fetch()).toEqual([])
})

test('a reset empties the queues', async () => {
  const { db, fetch } = await withQueue()
  await storeMessages(db, queue, [{ id: 'a' }, { id: 'b' }])
  await resetToSeed(db)
  expect(await fetch()).toEqual([])
  await storeMessages(db, queue, [{ id: 'c' }])
  expect(await fetch()).toMatchObject([{ data: { id: 'c' } }])
})

const messageOf = (id: string): Envelope => ({
  ...{ id, type: 'OrderCreated', source: '/test', time: '2026-01-01T00:00:00Z' },
  ...{ dataschema: '/schemas/OrderCreated/1', correlationid: 'c', data: { order_id: 7 } },
})

test('new messages are stored as pg-boss stores them', async () => {
  const { db } = await withQueue()
  const [one, other] = [messageOf(crypto.randomUUID()), messageOf(crypto.randomUUID())]
  await db.transaction().execute(async (transaction) => {
    await storeMessages(transaction, queue, [one])
    await storeNewMessages(transaction, queue, [other])
  })
  const { rows } = await sql<{ id: string; data: Envelope }>`
    select * from ${sql.table(`${queueSchema}.job`)} order by data ->> 'id' = ${other.id}
  `.execute(db)
  const [first, second] = rows.map(({ id: _, data, ...columns }) => ({ columns, data }))
  expect(second?.columns).toEqual(first?.columns)
  expect([first?.data, second?.data]).toEqual([one, other])
})

test('a queue that does not exist stores no new messages', async () => {
  const { db } = await withQueue()
  const stored = storeNewMessages(db, 'click_tracked_queue', [messageOf(crypto.randomUUID())])
  await expect(stored).rejects.toThrow('click_tracked_queue does not exist')
})
