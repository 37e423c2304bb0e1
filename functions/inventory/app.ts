import { compensateOrder } from '../../db/ledger/compensations.ts'
import * as reservations from '../../db/ledger/reservations.ts'
import type { Db } from '../../db/schema.ts'
import { countInventory, listInventory } from '../../db/shop/inventory.ts'
import { defineFunction } from '../http/define.ts'
import { Refusal } from '../http/refusal.ts'
import { compensateStock, getInventory, reserveStock } from './contract.ts'

const booked = (product_id: number, quantity: number, total_reserved: number, message: string) => ({
  status: 'ok' as const,
  product_id,
  quantity,
  total_reserved,
  message,
  timestamp: new Date().toISOString(),
})

/**
 * Returns the reserved quantity afterwards. With an order id the release is idempotent, without one
 * it is not.
 */
async function release(
  db: Db,
  { product_id, quantity, order_id }: reservations.Booking,
): Promise<number> {
  if (order_id != null) {
    const released = await compensateOrder(db, order_id, product_id)
    if (released.outcome === 'released') return released.total
    throw new Refusal(409, `Order ${order_id} needs its stock of product ${product_id}`)
  }
  const total = await reservations.compensateQuantity(db, product_id, quantity)
  if (total === undefined) throw new Refusal(404, 'Inventory item not found')
  return total
}

/** Scenario 5, callee: reserves the stock of an order, and releases it if the payment fails. */
export default defineFunction<'inventory'>()
  .openapi(getInventory, async (c) => {
    const page = c.req.valid('query')
    return c.json(
      { inventory: await listInventory(c.env.db, page), count: await countInventory(c.env.db) },
      200,
    )
  })
  .openapi(reserveStock, async (c) => {
    const booking = c.req.valid('json')
    const { product_id, quantity, order_id } = booking
    const reserved = await reservations.reserveStock(c.env.db, booking)
    if (reserved.outcome === 'too_many')
      throw new Refusal(409, 'Reserved stock would exceed 2147483647')
    if (reserved.outcome === 'compensated_before')
      throw new Refusal(409, `Order ${order_id} has already released product ${product_id}`)
    if (reserved.outcome === 'not_of_order')
      throw new Refusal(
        409,
        `Order ${order_id} does not reserve ${quantity} of product ${product_id}: it has ` +
          'ended, or is for another product or quantity',
      )
    if (reserved.outcome === 'reserved_before' && reserved.quantity !== quantity)
      throw new Refusal(
        409,
        `Order ${order_id} has reserved ${reserved.quantity} of product ${product_id}, ` +
          `not ${quantity}`,
      )
    return c.json(
      booked(product_id, quantity, reserved.total, `Reserved ${quantity} of product ${product_id}`),
      200,
    )
  })
  .openapi(compensateStock, async (c) => {
    const booking = c.req.valid('json')
    const { product_id, quantity } = booking
    const total = await release(c.env.db, booking)
    return c.json(
      booked(product_id, quantity, total, `Released ${quantity} of product ${product_id}`),
      200,
    )
  })
