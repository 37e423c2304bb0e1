import { defineFunction } from '../http/define.ts'
import { waitAtLeast } from '../wait.ts'
import { processPayment, processPaymentFail } from './contract.ts'

/** Scenarios 2 and 5, callee: a payment that waits for an external API, and one that is refused. */
export default defineFunction<'payment'>()
  .openapi(processPayment, async (c) => {
    const { amount, order_id = null } = c.req.valid('json')
    await waitAtLeast(c.env.PAYMENT_DELAY_MS, c.req.raw.signal)
    const transaction_id = crypto.randomUUID()
    return c.json(
      {
        status: 'success' as const,
        transaction_id,
        amount,
        order_id,
        timestamp: new Date().toISOString(),
      },
      200,
    )
  })
  .openapi(processPaymentFail, (c) => {
    const { order_id = null } = c.req.valid('json')
    const failure = {
      status: 'failed' as const,
      reason: 'Insufficient funds' as const,
      order_id,
      timestamp: new Date().toISOString(),
    }
    return c.json({ detail: failure }, 400)
  })
