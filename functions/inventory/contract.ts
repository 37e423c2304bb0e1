import { z } from '@hono/zod-openapi'
import { routes } from '../../model/routes.ts'
import {
  get,
  nonNegativeInt,
  optional,
  pageQuery,
  positiveInt,
  post,
  timestamp,
  withDefault,
} from '../http/route.ts'

const body = z.object({
  product_id: positiveInt,
  quantity: withDefault(optional(positiveInt), 1),
  order_id: optional(positiveInt),
})

const booked = z.object({
  status: z.literal('ok'),
  product_id: positiveInt,
  quantity: positiveInt,
  total_reserved: nonNegativeInt,
  message: z.string(),
  timestamp,
})

export const getInventory = get(routes.getInventory, {
  operationId: 'getInventory',
  summary: 'List the reserved quantity of each product',
  request: { query: pageQuery },
  answers: {
    200: z.object({
      inventory: z.array(z.object({ product_id: positiveInt, reserved: nonNegativeInt })),
      count: nonNegativeInt,
    }),
  },
})

export const reserveStock = post(routes.reserveStock, {
  operationId: 'reserveStock',
  summary: 'Reserve stock of a product; an unknown product is created',
  body,
  answers: { 200: booked },
  refuses: {
    409:
      'The reserved total is too large, or the order has ended, is for another product or ' +
      'quantity, or has already released its stock',
  },
})

export const compensateStock = post(routes.compensateStock, {
  operationId: 'compensateStock',
  summary: 'Release reserved stock, never below 0',
  body,
  answers: { 200: booked },
  refuses: {
    404: 'Inventory item not found',
    409: 'The order has completed, or may still complete',
  },
})
