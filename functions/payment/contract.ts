import { z } from '@hono/zod-openapi'
import { routes } from '../../model/routes.ts'
import {
  externalId,
  nullable,
  optional,
  positiveInt,
  post,
  timestamp,
  withDefault,
} from '../http/route.ts'

const payment = z.object({
  order_id: optional(externalId),
  amount: withDefault(z.number().nonnegative().nullish(), 100),
  product_id: optional(positiveInt),
  quantity: withDefault(optional(positiveInt), 1),
})

export const processPayment = post(routes.processPayment, {
  operationId: 'processPayment',
  summary: 'Take a payment (simulated: it takes as long as an external API)',
  body: payment,
  answers: {
    200: z.object({
      status: z.literal('success'),
      transaction_id: z.uuid(),
      amount: z.number(),
      order_id: nullable(externalId),
      timestamp,
    }),
  },
})

export const processPaymentFail = post(routes.processPaymentFail, {
  operationId: 'processPaymentFail',
  summary: 'Refuse a payment at once',
  body: payment,
  answers: {
    400: z.object({
      detail: z.object({
        status: z.literal('failed'),
        reason: z.literal('Insufficient funds'),
        order_id: nullable(externalId),
        timestamp,
      }),
    }),
  },
})
