import { z } from '@hono/zod-openapi'
import { totalOf } from '../../db/ledger/reservations.ts'
import { defineAcceptor } from '../http/define.ts'
import { get, nonNegativeInt, pathId, positiveInt } from '../http/route.ts'

const getItem = get('/inventory/{product_id}', {
  operationId: 'getInventoryItem',
  summary: 'Read the reserved quantity of a product; 0 for an unknown one',
  request: { params: z.object({ product_id: pathId }) },
  answers: { 200: z.object({ product_id: positiveInt, reserved: nonNegativeInt }) },
})

/** Scenario 5: the stock that orders have reserved. */
export default defineAcceptor<'inventory'>().openapi(getItem, async (c) => {
  const { product_id } = c.req.valid('param')
  return c.json({ product_id, reserved: await totalOf(c.env.db, product_id) }, 200)
})
