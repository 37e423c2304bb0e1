import type { Context } from 'hono'
import { countOrders, listOrders } from '../../db/shop/orders.ts'
import { findOutcome } from '../../db/work/sagas.ts'
import { orderReasons } from '../../model/unavailable.ts'
import type { Bindings } from '../bindings.ts'
import { defineFunction } from '../http/define.ts'
import { type IdempotencyVariables, idempotent } from '../http/idempotency.ts'
import { isRefusal, refuse } from '../http/refusal.ts'
import { type Checkout, checkOut } from './checkout.ts'
import { createOrder, getOrders } from './contract.ts'

// An order with a key runs to its end even if its client disconnects: the next attempt gets the
// outcome of this one, as a connected client would. Paying again would not reveal that outcome.
const { signal: neverLeaves } = new AbortController()

type Ordered = { order_id: number; product_id: number; quantity: number }

const completed = (order: Ordered) => ({
  ...order,
  status: 'completed' as const,
  message: 'Order completed successfully',
})

type Failed = Omit<Extract<Checkout, { paid: false }>, 'order_id' | 'paid'>

const failed = ({ order_id, product_id }: Ordered, { failure, compensated }: Failed) => ({
  detail: {
    message: 'Order failed due to payment issue' as const,
    order_id,
    product_id,
    reason: orderReasons[failure],
    compensation_executed: compensated,
    timestamp: new Date().toISOString(),
  },
})

/**
 * The answer to an attempt that was interrupted after it had placed its order: the outcome of that
 * order; `undefined` if the order failed before its payment and so had no effect.
 */
async function resumeOrder(
  c: Context<{ Bindings: Bindings<'order'>; Variables: IdempotencyVariables }>,
  order_id: number,
) {
  const order = await findOutcome(c.env.db, order_id)
  if (!order || order.status === 'pending')
    return refuse(c, { refused: 'conflict', detail: `Order ${order_id} has not ended yet` })
  const ordered = { order_id, product_id: order.product_id, quantity: order.quantity }
  if (order.status === 'completed') return c.json(completed(ordered), 200)
  if (order.failure === 'not_reserved') return undefined
  return c.json(
    failed(ordered, { failure: order.failure ?? 'payment_unknown', compensated: true }),
    400,
  )
}

const fn = defineFunction<'order', IdempotencyVariables>()
fn.use(createOrder.path, idempotent({ operation: createOrder.path, resume: resumeOrder }))

/** Scenario 5: an order saga whose payment fails and whose stock reservation is compensated. */
export default fn
  .openapi(createOrder, async (c) => {
    const { product_id, quantity, payment } = c.req.valid('json')
    const operation = c.get('operation')
    const request = { product_id, quantity, payment: payment ?? c.env.PAYMENT_OUTCOME, operation }
    const checkout = await checkOut(c.env, request, operation ? neverLeaves : c.req.raw.signal)
    if (isRefusal(checkout)) return refuse(c, checkout)
    const ordered = { order_id: checkout.order_id, product_id, quantity }
    return checkout.paid ? c.json(completed(ordered), 200) : c.json(failed(ordered, checkout), 400)
  })
  .openapi(getOrders, async (c) => {
    const { status, ...page } = c.req.valid('query')
    return c.json(
      {
        orders: await listOrders(c.env.db, { ...page, status }),
        count: await countOrders(c.env.db, status),
      },
      200,
    )
  })
