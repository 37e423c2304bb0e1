/** The request and the answer that the three callees of scenario 3 share. */
import { z } from '@hono/zod-openapi'
import { type FunctionName, services } from '../../model/services.ts'
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

export const acknowledge = (name: FunctionName, product_id: number) => ({
  status: 'ok' as const,
  product_id,
  service: services[name].name,
  timestamp: new Date().toISOString(),
})
