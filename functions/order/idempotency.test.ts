import { Hono } from 'hono'
import { afterAll, expect, test } from 'vitest'
import { reserveStock } from '../../db/ledger/reservations.ts'
import { beginSaga, endSaga } from '../../db/work/sagas.ts'
import { inProcess } from '../../tests/in-process.ts'
import { createKeyedFunctions } from '../../tests/keyed-functions.ts'
import { expiredLease } from '../../tests/leases.ts'

const functions = await createKeyedFunctions()
const { db, create, attempt } = functions
afterAll(functions.close)

const body = { product_id: 2 }
const cutOff = async (key: string) => {
  const operation = await attempt('/create_order', key, body)
  return beginSaga(db, { product_id: 2, quantity: 1, lease: expiredLease(), operation })
}

test('an interrupted order is not placed again', async () => {
  const saga = await cutOff('f')
  expect((await create('f', body)).status).toBe(409)
  await reserveStock(db, { ...body, quantity: 1, order_id: saga.order_id })
  await endSaga(db, saga, 'completed')
  const answer = await create('f', body)
  expect(answer.status).toBe(200)
  expect(await answer.json()).toMatchObject({ order_id: saga.order_id })
})

test.each([
  ['payment_refused', 'Payment processing failed'],
  ['payment_unknown', 'Payment outcome unknown'],
] as const)('an order that failed as %s keeps its reason', async (failure, reason) => {
  const saga = await cutOff(failure)
  await endSaga(db, saga, 'failed', failure)
  const answer = await create(failure, body)
  expect(answer.status).toBe(400)
  expect(await answer.json()).toMatchObject({ detail: { order_id: saga.order_id, reason } })
})

test('an order that failed unpaid is placed again', async () => {
  const saga = await cutOff('k')
  await endSaga(db, saga, 'failed', 'not_reserved')
  const answer = await create('k', body)
  expect(answer.status).toBe(200)
  const { order_id } = (await answer.json()) as { order_id: number }
  expect(order_id).toBeGreaterThan(saga.order_id)
})

test('an answer is replayed byte for byte', async () => {
  const answers = [
    await create('i', { product_id: 1, payment: 'fail' }),
    await create('i', { product_id: 1, payment: 'fail' }),
  ]
  const [first, again] = await Promise.all(answers.map((answer) => answer.text()))
  expect(again).toBe(first)
})

test('an order without stock may be retried under its key', async () => {
  const away = { inventory: inProcess(new Hono() as never, {}) }
  expect((await create('l', { product_id: 1 }, away)).status).toBe(503)
  expect((await create('l', { product_id: 1 })).status).toBe(200)
})
