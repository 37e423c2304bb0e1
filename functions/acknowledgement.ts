/** What scenario 3's three callees have in common: they take a product's id and say that they did their part. */
import { z } from '@hono/zod-openapi'
import { positiveInt, timestamp } from './route.ts'

export const acknowledged = {
  body: z.object({ product_id: positiveInt }),
  answers: {
    200: z.object({
      status: z.literal('ok'),
      product_id: positiveInt,
      service: z.string(),
      timestamp,
    }),
  },
}

/** The answer of `service` to a request about `product_id`. */
export const acknowledge = (service: string, product_id: number) => ({
  status: 'ok' as const,
  product_id,
  service,
  timestamp: new Date().toISOString(),
})
