import { z } from '@hono/zod-openapi'
import { findProduct, insertProduct, updateProduct } from '../../db/shop/products.ts'
import { routes } from '../../model/routes.ts'
import { defineAcceptor } from '../http/define.ts'
import { isRefusal, type Refusal, refuse } from '../http/refusal.ts'
import { get, nonNegativeInt, optional, post, put, shortText, withDefault } from '../http/route.ts'
import { publish } from '../messaging/event.ts'
import { changes, params, product, refuses } from './contract.ts'
import { productUpdated } from './events.ts'

const announced = product.extend({ event_published: z.literal(true) })
const quiet = product.extend({ event_published: z.literal(false) })

const putProduct = put(routes.putProduct, {
  operationId: 'putProduct',
  summary: 'Update a product; search, cache and analytics hear of it',
  params,
  body: changes,
  answers: { 200: announced },
  refuses,
})

const postProduct = post(routes.getProducts, {
  operationId: 'postProduct',
  summary: 'Create a product',
  body: z.object({ name: shortText(255), stock: withDefault(optional(nonNegativeInt), 0) }),
  answers: { 201: quiet },
})

const getProduct = get(routes.getProduct, {
  operationId: 'getProduct',
  summary: 'Read a product',
  request: { params },
  answers: { 200: quiet },
  refuses,
})

const notFound: Refusal<'unknown'> = { refused: 'unknown', detail: refuses[404] }

/** Scenario 3: a product update that three services hear of at the same time. */
export default defineAcceptor<'product'>()
  .openapi(putProduct, async (c) => {
    const { product_id } = c.req.valid('param')
    const { name, stock } = c.req.valid('json')
    const columns = { ...(name != null && { name }), ...(stock != null && { stock }) }
    const updated = await c.env.accept(async (db) => {
      const found = await updateProduct(db, product_id, columns)
      if (!found) return { answer: notFound }
      const { id, version, ...state } = found
      const data = { product_id, ...state, version, timestamp: new Date().toISOString() }
      const answer = { id, ...state }
      return { answer, publish: [publish(productUpdated, data, `product/${id}`)] }
    })
    if (isRefusal(updated)) return refuse(c, updated)
    return c.json({ ...updated, event_published: true as const }, 200)
  })
  .openapi(postProduct, async (c) => {
    const made = await insertProduct(c.env.db, c.req.valid('json'))
    return c.json({ ...made, event_published: false as const }, 201)
  })
  .openapi(getProduct, async (c) => {
    const found = await findProduct(c.env.db, c.req.valid('param').product_id)
    if (!found) return refuse(c, notFound)
    return c.json({ ...found, event_published: false as const }, 200)
  })
