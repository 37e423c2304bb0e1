import { z } from '@hono/zod-openapi'
import { expect, test } from 'vitest'
import { positiveInt, post } from '../http/route.ts'
import { compensateStock, reserveStock } from '../inventory/contract.ts'
import { stockReleased, stockReserved } from '../inventory/events.ts'
import { orderCreated } from '../order/events.ts'
import { orderPaid, paymentFailed } from '../payment/events.ts'
import { publish } from './event.ts'
import { consumes, either, note, on } from './subscription.ts'

const booking = { order_id: 1, product_id: 2, quantity: 3 }
const at = '2026-11-29T12:00:00.000Z'
const created = { ...booking, timestamp: at }

/**
 * Declarations that the compiler refuses, each in its own way: `npx tsc` fails if one of them
 * compiles.
 */
const wrong: Record<string, () => unknown> = {
  'a body that does not fit': () =>
    // @ts-expect-error the id is a number
    on(orderCreated, reserveStock).as(({ order_id }) => ({ order_id: `${order_id}` })),
  'a field that the event lacks': () =>
    // @ts-expect-error OrderCreated has no such field
    on(orderCreated, reserveStock).as(({ customer }) => ({ product_id: customer })),
  'a status that the route lacks': () =>
    // @ts-expect-error the route never answers with it
    on(orderCreated, reserveStock).as((order) => order, { 418: () => [] }),
  'an answer read as another one': () =>
    on(orderCreated, reserveStock).as((order) => order, {
      // @ts-expect-error the answer of a refusal is no reservation
      409: (order, { total_reserved }) => [publish(orderPaid, { ...order, total_reserved })],
    }),
  'an event without one of its fields': () =>
    // @ts-expect-error when it was reserved is missing
    publish(stockReserved, booking),
  'a queue without a subscription': () =>
    // @ts-expect-error the row names two queues
    consumes<'inventory'>({
      order_created_queue: on(orderCreated, reserveStock).as((order) => order),
    }),
  'a queue of another function': () =>
    consumes<'inventory'>({
      order_created_queue: on(orderCreated, reserveStock).as((order) => order),
      inventory_payment_failed_queue: on(paymentFailed, compensateStock).as((order) => order),
      // @ts-expect-error it is order's
      stock_released_queue: note(stockReleased, async () => {}),
    }),
  'an event in the queue of another one': () =>
    consumes<'inventory'>({
      // @ts-expect-error the queue holds OrderCreated
      order_created_queue: on(paymentFailed, reserveStock).as((order) => order),
      inventory_payment_failed_queue: on(paymentFailed, compensateStock).as((order) => order),
    }),
  'an event that the row does not publish': () =>
    consumes<'inventory'>({
      // @ts-expect-error payment publishes it
      order_created_queue: on(orderCreated, reserveStock).as((order) => order, {
        200: (order) => [publish(orderPaid, { ...order, transaction_id: 't' })],
      }),
      inventory_payment_failed_queue: on(paymentFailed, compensateStock).as((order) => order),
    }),
}

test('wrong declarations are refused by the compiler alone', () => {
  expect(Object.keys(wrong)).toHaveLength(9)
})

const two = on(orderCreated, reserveStock).as(({ product_id }) => ({ product_id }), {
  409: (order) => [publish(orderPaid, { ...order, transaction_id: 't' }, 'order/1')],
})

function deliver(subscription: typeof two, data: object) {
  if (!('deliver' in subscription)) throw new Error('It only notes')
  return subscription.deliver(data as never)
}

test('a message is delivered to its route', () => {
  const { route, body } = deliver(two, created)
  expect([route.path, body]).toEqual(['/reserve_stock', { product_id: 2 }])
})

test('events follow from the statuses that are named', () => {
  const { follow } = deliver(two, created)
  expect(follow(409, { detail: 'no' })).toEqual([
    {
      type: 'OrderPaid',
      version: 1,
      data: { ...created, transaction_id: 't' },
      subject: 'order/1',
    },
  ])
  expect(follow(200, {})).toBeUndefined()
})

test('an effect follows from its status alone', async () => {
  const seen: unknown[] = []
  const subscription = on(orderCreated, reserveStock).as(
    (order) => order,
    {},
    { effects: { 200: async (_db, { order_id }, answer) => seen.push(order_id, answer) } },
  )
  const { effect } = deliver(subscription, created)
  await effect(null as never, 409, { detail: 'no' })
  expect(seen).toEqual([])
  await effect(null as never, 200, { quantity: 3 })
  expect(seen).toEqual([1, { quantity: 3 }])
})

test('a message chooses one of two deliveries', () => {
  const ping = post('/ping', {
    operationId: 'ping',
    summary: 'Answer',
    body: z.object({ order_id: positiveInt }),
    answers: { 200: z.object({}) },
  })
  const other = on(orderCreated, ping).as(({ order_id }) => ({ order_id }))
  const choices = { fail: two, succeed: other }
  const choice = either(orderCreated, choices, ({ payment = 'fail' }) => payment)
  expect(choice.routes.map(({ path }) => path)).toEqual(['/reserve_stock', '/ping'])
  expect(deliver(choice, created).route.path).toBe('/reserve_stock')
  expect(deliver(choice, { ...created, payment: 'succeed' }).route.path).toBe('/ping')
  const noted = note(orderCreated, async () => {})
  expect(() =>
    deliver(
      either(orderCreated, { noted }, () => 'noted'),
      created,
    ),
  ).toThrow('delivers nothing')
})
