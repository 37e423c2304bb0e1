import fc from 'fast-check'
import { sql } from 'kysely'
import { beforeEach, expect, onTestFinished, test } from 'vitest'
import { auditLedger } from '../../db/ledger/audit.ts'
import { reserveStock } from '../../db/ledger/reservations.ts'
import { findJob } from '../../db/work/jobs.ts'
import { findOutcome } from '../../db/work/sagas.ts'
import type { QueueName } from '../../model/messages.ts'
import { maxInteger } from '../../model/setting.ts'
import { type Acceptance, createAcceptance } from '../../tests/acceptance.ts'
import { consumeAll, type Waiting } from '../../tests/consumption.ts'

let orders: Acceptance
beforeEach(async () => {
  orders = await createAcceptance('order')
  onTestFinished(() => orders.close())
})

const place = (body: object) => orders.send('/create_order', { product_id: 1, ...body })
const outcome = async (id = 1) => {
  const { status, failure } = (await findOutcome(orders.db, id)) ?? {}
  return [status, failure]
}
const audit = async () => {
  const { findings, balances, products } = await auditLedger(orders.db, { pendingLimitSeconds: 60 })
  return { findings, balances, reserved: products.find((item) => item.product_id === 1)?.reserved }
}

const last = (waiting: readonly Waiting[]) => waiting.length - 1

test.each([
  ['order', () => 0, ['order_payment_failed_queue', 'inventory_payment_failed_queue']],
  ['inventory', last, ['inventory_payment_failed_queue', 'stock_released_queue']],
])('an order fails if the %s hears of its payment first', async (_name, choose, next) => {
  await place({ quantity: 2 })
  const delivered = await consumeAll(orders.db, orders.announced, choose)
  expect(delivered.slice(0, 4)).toEqual(['order_created_queue', 'stock_reserved_queue', ...next])
  expect(delivered).toHaveLength(5)
  expect(await outcome()).toEqual(['failed', 'payment_refused'])
  expect(await audit()).toEqual({ findings: [], balances: true, reserved: 0 })
})

test('an order whose payment succeeds completes', async () => {
  await place({ quantity: 2, payment: 'succeed' })
  const delivered: QueueName[] = ['order_created_queue', 'stock_reserved_queue', 'order_paid_queue']
  expect(await consumeAll(orders.db, orders.announced)).toEqual(delivered)
  expect(await outcome()).toEqual(['completed', null])
  expect(await audit()).toEqual({ findings: [], balances: true, reserved: 2 })
})

test('an order that cannot reserve fails', async () => {
  await reserveStock(orders.db, { product_id: 1, quantity: maxInteger })
  await place({})
  const delivered: QueueName[] = ['order_created_queue', 'stock_rejected_queue']
  expect(await consumeAll(orders.db, orders.announced)).toEqual(delivered)
  expect(await outcome()).toEqual(['failed', 'not_reserved'])
  expect((await audit()).findings).toEqual([])
})

const placed = fc.record({
  payment: fc.constantFrom('fail', 'succeed'),
  // No two of the larger ones fit.
  quantity: fc.constantFrom(1, maxInteger - 100),
})

test('messages in any order, also twice, end each order once', async () => {
  const runs = fc.asyncProperty(
    fc.array(placed, { minLength: 1, maxLength: 4 }),
    fc.boolean(),
    fc.infiniteStream(fc.nat()),
    async (wanted, isTwice, picks) => {
      orders.announced.length = 0
      for (const order of wanted) await place(order)
      const times = isTwice ? [...orders.announced, ...orders.announced] : orders.announced
      const pick = (waiting: readonly Waiting[]) => picks.next().value % waiting.length
      await consumeAll(orders.db, times, pick)
      const { findings, balances } = await auditLedger(orders.db, { pendingLimitSeconds: 0 })
      expect({ findings, balances }).toEqual({ findings: [], balances: true })
      await sql`truncate orders, order_sagas, reservations, inventory_items`.execute(orders.db)
    },
  )
  await fc.assert(runs, { numRuns: 40 })
})

test.each([
  ['payment', '/process_payment', { amount: 5 }, 'payment_id', { status: 'success' }],
  ['report', '/generate_report', {}, 'job_id', { report_hash: 'abc', report_type: 'monthly' }],
] as const)('a job of the %s service gets its result', async (name, path, body, id, result) => {
  const accepting = await createAcceptance(name)
  onTestFinished(() => accepting.close())
  const accepted = await accepting.send(path, body)
  await consumeAll(accepting.db, accepting.announced)
  const job = await findJob(accepting.db, String(accepted.body[id]))
  expect(job).toMatchObject({ status: 'completed', result })
})

test.each([
  ['user', '/register', { email: 'ada@example.com' }, ['user_registered_queue']],
  ['analytics', '/track_click', { user_id: 1, page: '/' }, ['click_tracked_queue']],
] as const)('what the %s service announces is done', async (name, path, body, queues) => {
  const accepting = await createAcceptance(name)
  onTestFinished(() => accepting.close())
  await accepting.send(path, body)
  expect(await consumeAll(accepting.db, accepting.announced)).toEqual(queues)
})

test('three services hear of an updated product', async () => {
  const products = await createAcceptance('product')
  onTestFinished(() => products.close())
  await products.send('/products/1', { stock: 3 }, { method: 'PUT' })
  expect(await consumeAll(products.db, products.announced)).toEqual([
    'search_product_updates_queue',
    'cache_product_updates_queue',
    'analytics_product_updates_queue',
  ])
})
