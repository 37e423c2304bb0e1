import { PgBoss } from 'pg-boss'
import { expect, onTestFinished, test } from 'vitest'
import type { QueueName } from '../../model/messages.ts'
import { createTestDatabase } from '../../tests/database.ts'
import { queueSchema, storeMessages } from './store-messages.ts'
import { type Claim, findExpired, findTaken, giveBack, peek } from './taken-messages.ts'

const queue: QueueName = 'order_created_queue'

/** A queue with one message, which is taken. */
async function takeOne(expireInSeconds = 60) {
  const { db, url, drop } = await createTestDatabase()
  const boss = new PgBoss({ connectionString: url, schema: queueSchema, supervise: false })
  onTestFinished(async () => {
    await boss.stop({ graceful: false })
    await drop()
  })
  await boss.start()
  await boss.createQueue(queue, { expireInSeconds, retryLimit: 5, retryDelay: 0 })
  await storeMessages(db, queue, [{ id: 'a' }])
  const take = async (options = {}): Promise<Claim | undefined> => {
    const [job] = await boss.fetch(queue, { includeMetadata: true, ...options })
    return job && { queue, id: job.id, retryCount: job.retryCount }
  }
  return { boss, queues: boss.getDb(), take, taken: (await take()) as Claim }
}

test('a message that is given back is taken again, uncounted', async () => {
  const { queues, take, taken } = await takeOne()
  expect(await findTaken(queues, [queue])).toEqual([taken])
  await giveBack(queues, [taken], 0)
  expect(await findTaken(queues, [queue])).toEqual([])
  expect(await peek(queues, [queue])).toEqual([{ queue, ready: true, suspect: false }])
  expect(await take()).toEqual(taken)
})

test('a claim that has lapsed gives nothing back', async () => {
  const { boss, queues, take, taken } = await takeOne()
  await boss.fail(queue, [taken])
  expect(await take()).toEqual({ ...taken, retryCount: 1 })
  await giveBack(queues, [taken], 0)
  expect(await findTaken(queues, [queue])).toMatchObject([{ retryCount: 1 }])
})

test('a message that another queue has as well stays taken there', async () => {
  const { boss, queues, taken } = await takeOne()
  const other: QueueName = 'order_paid_queue'
  await boss.createQueue(other)
  await boss.insert(other, [{ id: taken.id, data: {} }, { data: {} }])
  const jobs = await boss.fetch(other, { batchSize: 2 })
  const second = jobs.find(({ id }) => id !== taken.id)
  await giveBack(queues, [taken, { queue: other, id: second?.id ?? '', retryCount: 0 }], 0)
  expect(await findTaken(queues, [queue, other])).toEqual([
    { queue: other, id: taken.id, retryCount: 0 },
  ])
})

test('a message that is set aside is taken by those who look for it', async () => {
  const { queues, take, taken } = await takeOne()
  expect(await peek(queues, [queue])).toEqual([{ queue, ready: false, suspect: false }])
  await giveBack(queues, [taken], -1)
  expect(await peek(queues, [queue])).toEqual([{ queue, ready: false, suspect: true }])
  expect(await take({ minPriority: 0 })).toBeUndefined()
  expect(await take({ maxPriority: -1 })).toEqual(taken)
})

test('a message that nobody finished in time is found', async () => {
  const { queues, taken } = await takeOne(1)
  await expect.poll(() => findExpired(queues), { timeout: 20_000 }).toEqual([taken])
})
