import * as inventory from '../../db/inventory.ts'
import type { Db, InventoryItem } from '../../db/schema.ts'
import { defineFunction } from '../define.ts'
import { Refusal } from '../refusal.ts'
import { compensateStock, getInventory, reserveStock } from './contract.ts'

type Bindings = { db: Db }

const booked = ({ product_id, reserved }: InventoryItem, quantity: number, message: string) => ({
  status: 'ok' as const,
  product_id,
  quantity,
  total_reserved: reserved,
  message,
  timestamp: new Date().toISOString(),
})

/** Scenario 5, callee: the stock that an order reserves and, where its payment fails, gives back. */
export default defineFunction<Bindings>()
  .openapi(getInventory, async (c) => {
    const page = c.req.valid('query')
    return c.json(
      { inventory: await inventory.listInventory(c.env.db, page), count: await inventory.countInventory(c.env.db) },
      200,
    )
  })
  .openapi(reserveStock, async (c) => {
    const { product_id, quantity } = c.req.valid('json')
    const item = await inventory.reserveStock(c.env.db, product_id, quantity)
    if (!item) throw new Refusal(409, 'Reserved stock would exceed 2147483647')
    return c.json(booked(item, quantity, `Reserved ${quantity} of product ${product_id}`), 200)
  })
  .openapi(compensateStock, async (c) => {
    const { product_id, quantity } = c.req.valid('json')
    const item = await inventory.compensateStock(c.env.db, product_id, quantity)
    if (!item) throw new Refusal(404, 'Inventory item not found')
    return c.json(booked(item, quantity, `Gave back ${quantity} of product ${product_id}`), 200)
  })
