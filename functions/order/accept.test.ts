import { beforeEach, expect, onTestFinished, test } from 'vitest'
import { failRejectedOrder } from '../../db/work/choreography.ts'
import { type Acceptance, createAcceptance } from '../../tests/acceptance.ts'

let orders: Acceptance
beforeEach(async () => {
  orders = await createAcceptance('order')
  onTestFinished(() => orders.close())
})

const create = (body: object, headers = {}) => orders.send('/create_order', body, { headers })
const pending = { id: 1, product_id: 2, quantity: 1, status: 'pending' }

test('an order is pending when it is accepted', async () => {
  expect(await create({ product_id: 2 })).toEqual({ status: 202, body: pending })
  const timestamp = expect.stringMatching(/Z$/)
  expect(orders.announced).toEqual([
    {
      type: 'OrderCreated',
      version: 1,
      data: { order_id: 1, product_id: 2, quantity: 1, payment: 'fail', timestamp },
      subject: 'order/1',
    },
  ])
  expect(await (await orders.ask('/orders/1')).json()).toEqual(pending)
})

test('a request chooses how its payment ends', async () => {
  await create({ product_id: 2, quantity: 3, payment: 'succeed' })
  expect(orders.announced).toMatchObject([{ data: { quantity: 3, payment: 'succeed' } }])
})

test.each([{}, { product_id: 0 }, { product_id: 1, payment: 'later' }])(
  'the order %j is refused',
  async (order) => {
    expect((await create(order)).status).toBe(422)
    expect(orders.announced).toEqual([])
  },
)

test('a client that prefers to wait sees the end of its order', async () => {
  await create({ product_id: 2 })
  const waiting = orders.ask('/orders/1', { headers: { prefer: 'wait=20' } })
  await failRejectedOrder(orders.db, 1)
  const response = await waiting
  expect(await response.json()).toEqual({ ...pending, status: 'failed' })
  expect(response.headers.get('preference-applied')).toBe('wait=20')
  expect((await orders.ask('/orders/2', { headers: { prefer: 'wait=20' } })).status).toBe(404)
})

test('an order that stays pending is answered as such', async () => {
  await create({ product_id: 2 })
  const response = await orders.ask('/orders/1', { headers: { prefer: 'wait=1' } })
  expect([response.status, await response.json()]).toEqual([200, pending])
})

test('a client that leaves is not waited for', async () => {
  await create({ product_id: 2 })
  const leaving = new AbortController()
  const waiting = orders.ask('/orders/1', {
    headers: { prefer: 'wait=30' },
    signal: leaving.signal,
  })
  leaving.abort()
  expect((await waiting).ok).toBe(false)
})

test('an Idempotency-Key places one order', async () => {
  const headers = { 'idempotency-key': 'k' }
  const first = await create({ product_id: 2 }, headers)
  expect(await create({ product_id: 2 }, headers)).toEqual({ ...first, replayed: true })
  await failRejectedOrder(orders.db, 1)
  await orders.interrupt()
  expect(await create({ product_id: 2 }, headers)).toEqual({ status: 202, body: pending })
  expect(orders.announced).toHaveLength(1)
})
