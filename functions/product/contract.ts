import { z } from '@hono/zod-openapi'
import { routes } from '../../model/routes.ts'
import {
  get,
  nonNegativeInt,
  optional,
  pageQuery,
  pathId,
  positiveInt,
  put,
  shortText,
  timestamp,
} from '../http/route.ts'

export const product = z.object({ id: positiveInt, name: z.string(), stock: nonNegativeInt })
export const params = z.object({ product_id: pathId })
export const refuses = { 404: 'Product not found' }

/** The fields that an update writes: those that are given. */
export const changes = z.object({ name: shortText(255).nullish(), stock: optional(nonNegativeInt) })

export const getProducts = get(routes.getProducts, {
  operationId: 'getProducts',
  summary: 'List products',
  request: { query: pageQuery },
  answers: { 200: z.object({ products: z.array(product), count: nonNegativeInt }) },
})

export const getProduct = get(routes.getProduct, {
  operationId: 'getProduct',
  summary: 'Read a product',
  request: { params },
  answers: { 200: product },
  refuses,
})

export const putProduct = put(routes.putProduct, {
  operationId: 'putProduct',
  summary: 'Update a product, then call search, cache and analytics in turn',
  params,
  body: changes,
  answers: {
    200: product.extend({
      message: z.string(),
      timestamp,
      warnings: z.array(z.string()).optional(),
    }),
  },
  refuses,
})
