import { randomUUID } from 'node:crypto'
import { PgBoss } from 'pg-boss'
import { beforeEach, expect, onTestFinished, test } from 'vitest'
import type { QueueName } from '../../model/messages.ts'
import { createTestDatabase, type TestDatabase } from '../../tests/database.ts'
import { beginChoreography, completePaidOrder, failReleasedOrder } from '../work/choreography.ts'
import { buryMessage } from '../work/dead-letters.ts'
import { recordHandled } from '../work/inbox.ts'
import { completeJob, insertJob } from '../work/jobs.ts'
import { queueSchema, storeMessages } from '../work/store-messages.ts'
import { auditLedger } from './audit.ts'
import { compensateOrder } from './compensations.ts'
import { reserveStock } from './reservations.ts'

let database: TestDatabase
beforeEach(async () => {
  database = await createTestDatabase()
  onTestFinished(() => database.drop())
})

const problems = async (pendingLimitSeconds = 60) => {
  const { findings, balances } = await auditLedger(database.db, { pendingLimitSeconds })
  expect(balances).toBe(findings.length === 0)
  return findings.map(({ order_id, problem }) => (order_id ? `${order_id} ${problem}` : problem))
}

const handle = (consumer: QueueName, subject: string) => {
  const at = new Date()
  const times = { occurred_at: at, accepted_at: at }
  const row = { consumer, message_id: randomUUID(), correlation_id: 'c', subject, ...times }
  return recordHandled(database.db, [row])
}

/** An order that has reserved 1 of product 1. */
async function place(): Promise<number> {
  const order_id = await beginChoreography(database.db, { product_id: 1, quantity: 1 })
  await reserveStock(database.db, { product_id: 1, quantity: 1, order_id })
  return order_id
}

const bury = (queue: QueueName, message: unknown, reason = 'no such column') =>
  buryMessage(database.db, {
    queue,
    id: randomUUID(),
    message,
    reason,
    attempts: 1,
    firstAt: new Date(),
  })

test('handled messages with their effects are no findings', async () => {
  const { db } = database
  const [paid, failed] = [await place(), await place()]
  await completePaidOrder(db, paid)
  await handle('order_paid_queue', `order/${paid}`)
  await compensateOrder(db, failed, 1, { paymentFailed: true })
  await handle('inventory_payment_failed_queue', `order/${failed}`)
  await failReleasedOrder(db, failed)
  await handle('stock_released_queue', `order/${failed}`)
  await insertJob(db, 'job_1')
  await completeJob(db, 'job_1', {})
  for (const subject of ['job/job_1', 'job/pruned']) await handle('report_job_queue', subject)
  await handle('order_paid_queue', 'order/4711')
  await handle('order_paid_queue', 'order/99999999999')
  expect(await problems()).toEqual([])
})

test.each([
  'order_paid_queue',
  'stock_rejected_queue',
  'stock_released_queue',
  'inventory_payment_failed_queue',
] as const)('an order without the effect of %s is a finding', async (queue) => {
  const order = await place()
  await handle(queue, `order/${order}`)
  expect(await problems()).toEqual([`${order} has no effect of its message in ${queue}`])
})

test('a job without the effect of its message is a finding', async () => {
  await insertJob(database.db, 'pay_1')
  await handle('payment_initiated_queue', 'job/pay_1')
  expect(await problems()).toEqual([])
  await handle('payment_completed_queue', 'job/pay_1')
  expect(await problems()).toEqual([
    'Job pay_1 has no effect of its message in payment_completed_queue',
  ])
})

test('a dead letter is a finding, and names what it holds', async () => {
  const order = await place()
  await bury('stock_reserved_queue', { data: { order_id: order } })
  await bury('click_tracked_queue', 'no object \u0000', 'is no JSON')
  await bury('click_tracked_queue', null, 'is no object')
  expect(await problems()).toEqual([
    '1 dead letter in stock_reserved_queue: no such column',
    '2 dead letters in click_tracked_queue: is no JSON',
  ])
  expect((await problems(0))[0]).toBe(
    `${order} is pending past its limit, at step reserving; ` +
      'a dead letter in stock_reserved_queue holds it',
  )
})

test('a message that waits past the limit is a finding', async () => {
  const { url, db } = database
  const boss = new PgBoss({ connectionString: url, schema: queueSchema, supervise: false })
  onTestFinished(() => boss.stop({ graceful: false }))
  await boss.start()
  for (const queue of ['order_paid_queue', 'order_paid_queue.dead']) await boss.createQueue(queue)
  await storeMessages(db, 'order_paid_queue', [{ id: 'a' }, { id: 'b' }, { id: 'c' }])
  expect(await problems()).toEqual([])
  const [first] = await boss.fetch('order_paid_queue')
  await boss.complete('order_paid_queue', first?.id ?? '')
  expect(await problems(0)).toEqual(['2 messages waited in order_paid_queue'])
})
