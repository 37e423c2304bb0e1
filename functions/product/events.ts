import { z } from '@hono/zod-openapi'
import { nonNegativeInt, positiveInt } from '../http/route.ts'
import { event, occurred } from '../messaging/event.ts'

/** `version` grows with each update, so that a reader can tell an older state from a newer one. */
export const productUpdated = event(
  'ProductUpdated',
  1,
  z.object({
    product_id: positiveInt,
    name: z.string(),
    stock: nonNegativeInt,
    version: nonNegativeInt.optional(),
    timestamp: occurred,
  }),
)
