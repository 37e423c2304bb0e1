import { z } from '@hono/zod-openapi'
import { event, occurred } from '../messaging/event.ts'
import { booking } from '../order/events.ts'

const payment_id = z.string()

export const paymentInitiated = event(
  'PaymentInitiated',
  1,
  z.object({
    payment_id,
    amount: z.number().nonnegative(),
    currency: z.string(),
    timestamp: occurred,
  }),
)

export const paymentCompleted = event(
  'PaymentCompleted',
  1,
  z.object({ payment_id, transaction_id: z.string(), status: z.string(), timestamp: occurred }),
)

/** It names the stock, which the inventory cannot release otherwise. */
export const paymentFailed = event(
  'PaymentFailed',
  1,
  booking.extend({
    payment_id: payment_id.nullish(),
    reason: z.string(),
    timestamp: occurred,
  }),
)

export const orderPaid = event(
  'OrderPaid',
  1,
  booking.extend({ transaction_id: z.string(), timestamp: occurred }),
)
