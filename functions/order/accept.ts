import { z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { findOrder } from '../../db/shop/orders.ts'
import { beginChoreography } from '../../db/work/choreography.ts'
import { routes } from '../../model/routes.ts'
import type { AcceptBindings } from '../bindings.ts'
import { defineAcceptor } from '../http/define.ts'
import { type IdempotencyVariables, idempotent } from '../http/idempotency.ts'
import { getOrWait, readUntil } from '../http/prefer-wait.ts'
import { refuse } from '../http/refusal.ts'
import { pathId, positiveInt, postOnce } from '../http/route.ts'
import { publish } from '../messaging/event.ts'
import { orderRequest, status } from './contract.ts'
import { orderCreated } from './events.ts'

const order = z.object({ id: positiveInt, product_id: positiveInt, quantity: positiveInt, status })

const createOrder = postOnce(routes.createOrder, {
  operationId: 'createOrder',
  summary: 'Accept an order; its stock and its payment follow',
  body: orderRequest,
  answers: { 202: order.extend({ status: z.literal('pending') }) },
})

const getOrder = getOrWait('/orders/{id}', {
  operationId: 'getOrder',
  summary: 'Read an order; `Prefer: wait=10` waits for its end',
  params: z.object({ id: pathId }),
  answers: { 200: order },
  refuses: { 404: 'Order not found' },
})

/** An order whose message is stored: its client gets the same answer again. */
async function repeat(
  c: Context<{ Bindings: AcceptBindings<'order'>; Variables: IdempotencyVariables }>,
  id: number,
) {
  const placed = await findOrder(c.env.db, id)
  if (placed) return c.json({ ...placed, status: 'pending' as const }, 202)
  return refuse(c, { refused: 'conflict', detail: 'The order of this Idempotency-Key is gone' })
}

const fn = defineAcceptor<'order', IdempotencyVariables>()
fn.use(createOrder.path, idempotent({ operation: createOrder.path, resume: repeat }))

/** Scenario 5: an order whose saga its messages carry on. */
export default fn
  .openapi(createOrder, async (c) => {
    const { product_id, quantity, payment } = c.req.valid('json')
    const operation = c.get('operation')
    const id = await c.env.accept(async (db) => {
      const order_id = await beginChoreography(db, { product_id, quantity, operation })
      const data = {
        order_id,
        product_id,
        quantity,
        payment: payment ?? c.env.PAYMENT_OUTCOME,
        timestamp: new Date().toISOString(),
      }
      return { answer: order_id, publish: [publish(orderCreated, data, `order/${order_id}`)] }
    })
    return c.json({ id, product_id, quantity, status: 'pending' as const }, 202)
  })
  .openapi(getOrder, async (c) => {
    const { id } = c.req.valid('param')
    const hasEnded = (found?: { status: string }) => found?.status !== 'pending'
    const found = await readUntil(c, () => findOrder(c.env.db, id), hasEnded)
    if (!found) return refuse(c, { refused: 'unknown', detail: 'Order not found' })
    return c.json(found, 200)
  })
