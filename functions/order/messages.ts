import { z } from '@hono/zod-openapi'
import { positiveInt, timestamp } from '../http/route.ts'
import { event } from '../messaging/event.ts'

export const orderCreated = event(
  'OrderCreated',
  1,
  z.object({ order_id: positiveInt, product_id: positiveInt, quantity: positiveInt, timestamp }),
)
