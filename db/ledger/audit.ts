/**
 * Whether the ledger balances. All statements read one snapshot, so the audit can run under load.
 */
import { sql } from 'kysely'
import type { Db, OrderStatus } from '../schema.ts'
import { type Finding, findBadEntries, findBadOrders, findLostStock } from './audit-findings.ts'
import {
  explainHeld,
  findDead,
  findUndelivered,
  findWithoutEffect,
  readDeadLetters,
} from './message-findings.ts'

/** The reserved quantity of a product, and the sum of its ledger entries. */
export type ProductBalance = {
  product_id: number
  reserved: number
  booked: number
  live: number
  balances: boolean
}

export type Audit = {
  products: ProductBalance[]
  orders: Record<OrderStatus, number>
  findings: Finding[]
  /**
   * Live reservations without an order: direct clients of the inventory service chose their ids.
   */
  strangers: number
  balances: boolean
}

/**
 * Audits stock and orders: for every product, `reserved` equals the sum of its ledger entries; no
 * order is pending and no message waits for longer than `pendingLimitSeconds`; no compensation is
 * missing or doubled; no message was given up, or handled without its effect.
 */
export const auditLedger = (
  db: Db,
  { pendingLimitSeconds }: { pendingLimitSeconds: number },
): Promise<Audit> =>
  db
    .transaction()
    .setIsolationLevel('repeatable read')
    .setAccessMode('read only')
    .execute(async (snapshot) => {
      const products = await balanceProducts(snapshot)
      const orders = await countByStatus(snapshot)
      const letters = await readDeadLetters(snapshot)
      const findings = [
        ...explainHeld(await findBadOrders(snapshot, pendingLimitSeconds), letters),
        ...(await findBadEntries(snapshot)),
        ...(await findLostStock(snapshot)),
        ...(await findWithoutEffect(snapshot)),
        ...(await findUndelivered(snapshot, pendingLimitSeconds)),
        ...findDead(letters),
      ]
      const balances = findings.length === 0 && products.every((product) => product.balances)
      return { products, orders, findings, strangers: await countStrangers(snapshot), balances }
    })

async function balanceProducts(db: Db): Promise<ProductBalance[]> {
  const { rows } = await sql<ProductBalance>`
    with ledger as (
      select product_id, sum(quantity - given_back)::float8 as booked,
        (count(*) filter (where compensated_at is null))::integer as live
      from reservations group by product_id
    )
    select product_id, coalesce(item.reserved, 0) as reserved, coalesce(booked, 0) as booked,
      coalesce(live, 0) as live,
      coalesce(item.reserved, 0) = coalesce(booked, 0) as balances
    from inventory_items as item full join ledger using (product_id) order by product_id
  `.execute(db)
  return rows
}

async function countByStatus(db: Db): Promise<Record<OrderStatus, number>> {
  const rows = await db
    .selectFrom('orders')
    .select((eb) => ['status', eb.fn.countAll<string>().as('count')])
    .groupBy('status')
    .execute()
  return {
    pending: 0,
    completed: 0,
    failed: 0,
    ...Object.fromEntries(rows.map((row) => [row.status, Number(row.count)])),
  }
}

async function countStrangers(db: Db): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*)::integer as count
    from reservations as r left join orders as o on o.id = r.order_id
    where r.order_id is not null and r.compensated_at is null
      and (o.id is null or o.product_id <> r.product_id
        or (o.status = 'failed' and o.quantity <> r.quantity))
  `.execute(db)
  return rows[0]?.count ?? 0
}
