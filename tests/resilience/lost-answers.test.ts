import { expect, onTestFinished, test } from 'vitest'
import { scaled } from './scale.ts'
import { isSettled, openShop, placeOrder } from './shop.ts'

const orders = scaled(200, 40)
const within10s = { timeout: 10_000, interval: 50 }

test.each([
  ['payment', '/process_payment', 'succeed', 400],
  ['payment', '/process_payment_fail', 'fail', 400],
  ['inventory', '/reserve_stock', 'succeed', 503],
  ['inventory', '/compensate_stock', 'fail', 400],
] as const)(
  'orders end after lost responses of %s to %s',
  { timeout: 120_000 },
  async (service, path, payment, status) => {
    const shop = await openShop()
    onTestFinished(shop.close)
    shop.wires[service].treat(path, 'cut')
    const answers = await Promise.all(
      Array.from({ length: orders }, (_, index) => placeOrder(shop, payment, 1 + (index % 5))),
    )
    expect(new Set(answers)).toEqual(new Set([status]))
    expect(shop.wires[service].lost()).toBeGreaterThanOrEqual(orders)
    shop.wires[service].treat(path, 'pass')
    await expect.poll(() => isSettled(shop), within10s).toBe('settled')
    const audit = await shop.audit()
    // The outcome of the payment is unknown, so the stock is released.
    expect(audit.orders).toEqual({ pending: 0, completed: 0, failed: orders })
    expect(audit.products.filter(({ reserved }) => reserved !== 0)).toEqual([])
  },
)
