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

const product = z.object({ id: positiveInt, name: z.string(), stock: nonNegativeInt })
const params = z.object({ product_id: pathId })
const refuses = { 404: 'Product not found' }

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
  body: z.object({ name: shortText(255).nullish(), stock: optional(nonNegativeInt) }),
  answers: {
    200: product.extend({
      message: z.string(),
      timestamp,
      warnings: z.array(z.string()).optional(),
    }),
  },
  refuses,
})
