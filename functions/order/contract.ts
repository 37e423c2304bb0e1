import { z } from '@hono/zod-openapi'
import { routes } from '../../model/routes.ts'
import { settings } from '../../model/settings.ts'
import { orderReasons } from '../../model/unavailable.ts'
import {
  get,
  nonNegativeInt,
  optional,
  pageQuery,
  positiveInt,
  postOnce,
  timestamp,
  withDefault,
} from '../http/route.ts'

export const paymentOutcome = z.enum(settings.PAYMENT_OUTCOME.choices)
export type PaymentOutcome = z.infer<typeof paymentOutcome>

export const status = z.enum(['pending', 'completed', 'failed'])

export const orderRequest = z.object({
  product_id: positiveInt,
  quantity: withDefault(optional(positiveInt), 1),
  payment: paymentOutcome.nullish(),
})

export const createOrder = postOnce(routes.createOrder, {
  operationId: 'createOrder',
  summary:
    'Reserve stock and take the payment; if the payment fails (the default), release the stock',
  body: orderRequest,
  answers: {
    200: z.object({
      order_id: positiveInt,
      status: z.literal('completed'),
      product_id: positiveInt,
      quantity: positiveInt,
      message: z.string(),
    }),
    400: z.object({
      detail: z.object({
        message: z.literal('Order failed due to payment issue'),
        order_id: positiveInt,
        product_id: positiveInt,
        reason: z.enum(Object.values(orderReasons)),
        compensation_executed: z.boolean(),
        timestamp,
      }),
    }),
  },
})

export const getOrders = get(routes.getOrders, {
  operationId: 'getOrders',
  summary: 'List orders',
  request: { query: pageQuery.extend({ status: status.optional() }) },
  answers: {
    200: z.object({
      orders: z.array(
        z.object({ id: positiveInt, product_id: positiveInt, quantity: positiveInt, status }),
      ),
      count: nonNegativeInt,
    }),
  },
})
