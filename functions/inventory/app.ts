import { compensateOrder, type Evidence } from '../../db/ledger/compensations.ts'
import * as reservations from '../../db/ledger/reservations.ts'
import type { Db } from '../../db/schema.ts'
import { countInventory, listInventory } from '../../db/shop/products.ts'
import { defineFunction } from '../http/define.ts'
import { isRefusal, type Refusal, refuse } from '../http/refusal.ts'
import { compensateStock, getInventory, reserveStock } from './contract.ts'

const booked = (product_id: number, quantity: number, total_reserved: number, message: string) => ({
  status: 'ok' as const,
  product_id,
  quantity,
  total_reserved,
  message,
  timestamp: new Date().toISOString(),
})

type Booking = reservations.Booking
type Stock = { total: number }

const conflict = (detail: string): Refusal<'conflict'> => ({ refused: 'conflict', detail })

/** Reserves stock. With an order id the reservation is idempotent, without one it is not. */
async function reserve(db: Db, booking: Booking): Promise<Stock | Refusal<'conflict'>> {
  const { product_id, quantity, order_id } = booking
  const reserved = await reservations.reserveStock(db, booking)
  switch (reserved.outcome) {
    case 'too_many':
      return conflict('Reserved stock would exceed 2147483647')
    case 'compensated_before':
      return conflict(`Order ${order_id} has already released product ${product_id}`)
    case 'not_of_order':
      return conflict(
        `Order ${order_id} does not reserve ${quantity} of product ${product_id}: it has ` +
          'ended, or is for another product or quantity',
      )
    case 'reserved_before':
      if (reserved.quantity === quantity) return reserved
      return conflict(
        `Order ${order_id} has reserved ${reserved.quantity} of product ${product_id}, ` +
          `not ${quantity}`,
      )
    default:
      return reserved
  }
}

/**
 * Releases stock. With an order id the release is idempotent, without one it is not. A message that
 * the payment has failed may come before the order has heard of it.
 */
async function release(
  db: Db,
  { product_id, quantity, order_id }: Booking,
  evidence: Evidence,
): Promise<Stock | Refusal<'conflict' | 'unknown'>> {
  if (order_id != null) {
    const released = await compensateOrder(db, order_id, product_id, evidence)
    if (released.outcome === 'released') return released
    return conflict(`Order ${order_id} needs its stock of product ${product_id}`)
  }
  const total = await reservations.compensateQuantity(db, product_id, quantity)
  if (total === undefined) return { refused: 'unknown', detail: 'Inventory item not found' }
  return { total }
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
    const { product_id, quantity } = booking
    const reserved = await reserve(c.env.db, booking)
    if (isRefusal(reserved)) return refuse(c, reserved)
    const message = `Reserved ${quantity} of product ${product_id}`
    return c.json(booked(product_id, quantity, reserved.total, message), 200)
  })
  .openapi(compensateStock, async (c) => {
    const booking = c.req.valid('json')
    const { product_id, quantity } = booking
    const paymentFailed = c.env.message?.type === 'PaymentFailed'
    const released = await release(c.env.db, booking, { paymentFailed })
    if (isRefusal(released)) return refuse(c, released)
    const message = `Released ${quantity} of product ${product_id}`
    return c.json(booked(product_id, quantity, released.total, message), 200)
  })
