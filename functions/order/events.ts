import { z } from '@hono/zod-openapi'
import { positiveInt } from '../http/route.ts'
import { event, occurred } from '../messaging/event.ts'
import { paymentOutcome } from './contract.ts'

/** The stock that an order needs. */
export const booking = z.object({
  order_id: positiveInt,
  product_id: positiveInt,
  quantity: positiveInt,
})

/** An order, and how its payment is to end: it fails unless the message says otherwise. */
export const placed = booking.extend({ payment: paymentOutcome.optional() })

export const orderCreated = event('OrderCreated', 1, placed.extend({ timestamp: occurred }))
