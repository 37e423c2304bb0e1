import { afterAll, expect, test } from 'vitest'
import { countExpiredSagas } from '../../db/work/expired-sagas.ts'
import { createInterruptedOrders, product_id } from '../interrupted-orders.ts'
import { nowhere, run } from './services.ts'
import { startStub } from './stub.ts'

const orders = await createInterruptedOrders()
afterAll(orders.drop)

test('SIGTERM ends recovery that waits for a callee', async () => {
  for (let order = 0; order < 50; order++) await orders.leave({ reserved: true })
  const waiting = Promise.withResolvers<void>()
  const timestamp = new Date().toISOString()
  const released = {
    status: 'ok',
    product_id,
    quantity: 2,
    total_reserved: 0,
    message: '',
    timestamp,
  }
  let calls = 0
  const inventory = await startStub((_request, response) => {
    calls += 1
    if (calls === 40) waiting.resolve()
    if (calls <= 20)
      response.setHeader('content-type', 'application/json').end(JSON.stringify(released))
  })
  const order = await run('order', {
    DATABASE_URL: orders.url,
    INVENTORY_SERVICE_URL: inventory.url,
    PAYMENT_SERVICE_URL: nowhere,
    CALL_TIMEOUT_MS: '60000',
  })
  await waiting.promise
  expect(await order.stop()).toBe(0)
  // Another instance may take them over at once.
  expect(await countExpiredSagas(orders.db)).toBe(30)
})
