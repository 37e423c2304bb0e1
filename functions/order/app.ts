import { countOrders, listOrders } from '../../db/orders.ts'
import { defineFunction } from '../define.ts'
import { checkOut, type Services } from './checkout.ts'
import { createOrder, getOrders, type PaymentOutcome } from './contract.ts'

type Bindings = Services & {
  /** How a payment ends where the request does not say. */
  paymentOutcome: PaymentOutcome
}

/** Scenario 5: an order saga whose payment fails and whose stock reservation is compensated. */
export default defineFunction<Bindings>()
  .openapi(createOrder, async (c) => {
    const { product_id, quantity, payment } = c.req.valid('json')
    const request = { product_id, quantity, payment: payment ?? c.env.paymentOutcome }
    const checkout = await checkOut(c.env, request, c.req.raw.signal)
    const { order_id } = checkout
    if (checkout.paid)
      return c.json(
        { order_id, status: 'completed' as const, product_id, quantity, message: 'Order completed successfully' },
        200,
      )
    const detail = {
      message: 'Order failed due to payment issue' as const,
      order_id,
      product_id,
      reason: checkout.reason,
      compensation_executed: checkout.compensated,
      timestamp: new Date().toISOString(),
    }
    return c.json({ detail }, 400)
  })
  .openapi(getOrders, async (c) => {
    const { status, ...page } = c.req.valid('query')
    return c.json(
      { orders: await listOrders(c.env.db, { ...page, status }), count: await countOrders(c.env.db, status) },
      200,
    )
  })
