import { z } from '@hono/zod-openapi'
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
} from '../route.ts'

const product = z.object({ id: positiveInt, name: z.string(), stock: z.number() })
const params = z.object({ product_id: pathId })
const refuses = { 404: 'Product not found' }

export const getProducts = get('/products', {
  summary: 'List products',
  request: { query: pageQuery },
  answers: { 200: z.object({ products: z.array(product), count: z.number() }) },
})

export const getProduct = get('/products/{product_id}', {
  summary: 'Read a product',
  request: { params },
  answers: { 200: product },
  refuses,
})

export const putProduct = put('/products/{product_id}', {
  summary: 'Update a product, then tell search, cache and analytics, one after another',
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
