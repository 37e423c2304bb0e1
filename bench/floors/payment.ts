/** The floor of scenario 2, and of the payment that the saga's design refuses. */
import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { processPayment, processPaymentFail } from '../../functions/payment/contract.ts'
import { bodyOf } from './contract-schemas.ts'
import { route } from './serve.ts'

const paymentDelayMs = Number(process.env.PAYMENT_DELAY_MS ?? 0)

const taken = route({
  method: 'POST',
  path: processPayment.path,
  schema: bodyOf(processPayment),
  async answer({ amount, order_id = null }) {
    if (paymentDelayMs > 0) await delay(paymentDelayMs)
    const transaction_id = randomUUID()
    const timestamp = new Date().toISOString()
    return { status: 200, body: { status: 'success', transaction_id, amount, order_id, timestamp } }
  },
})

const refused = route({
  method: 'POST',
  path: processPaymentFail.path,
  schema: bodyOf(processPaymentFail),
  answer: ({ order_id = null }) => ({
    status: 400,
    body: {
      detail: {
        status: 'failed',
        reason: 'Insufficient funds',
        order_id,
        timestamp: new Date().toISOString(),
      },
    },
  }),
})

export const payment = () => [taken, refused]
