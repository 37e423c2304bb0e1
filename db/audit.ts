/** Does the ledger balance? Every statement here reads one snapshot, so that it holds under load, too. */
import { sql } from 'kysely'
import type { Db, OrderStatus } from './schema.ts'

/** One product: what is reserved of it, and what the ledger says that should be. */
export type ProductBalance = {
  product_id: number
  reserved: number
  booked: number
  live: number
  balances: boolean
}

/** Something that must not be: of an order, or of a product whatever the order. */
export type Finding = { order_id: number | null; product_id: number | null; problem: string }

export type Audit = {
  products: ProductBalance[]
  orders: Record<OrderStatus, number>
  findings: Finding[]
  /** Live reservations that no order has made: by clients of the inventory service itself, under an id that they chose. */
  strangers: number
  balances: boolean
}

/**
 * Audits stock and orders: for every product, `reserved` equals the sum of what is booked; no order is pending for longer than
 * `pendingLimitSeconds`; no compensation is missing or doubled.
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
      const findings = [
        ...(await findBadOrders(snapshot, pendingLimitSeconds)),
        ...(await findBadEntries(snapshot)),
        ...(await findLostStock(snapshot)),
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
    select product_id, coalesce(item.reserved, 0) as reserved, coalesce(booked, 0) as booked, coalesce(live, 0) as live,
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

/** Orders that have not come to the end that their stock and their saga say. */
async function findBadOrders(db: Db, pendingLimitSeconds: number): Promise<Finding[]> {
  const { rows } = await sql<Finding>`
    with state as (
      select o.id as order_id, o.product_id, o.status, saga.step, saga.begun_at,
        r.id is not null as booked, r.id is not null and r.compensated_at is null as holds, coalesce(r.quantity, 0) as quantity, o.quantity as ordered
      from orders as o
      left join order_sagas as saga on saga.order_id = o.id
      left join reservations as r on r.order_id = o.id and r.product_id = o.product_id
    ), judged as (
      select order_id, product_id, case
        when status = 'pending' and step is null then 'is pending, and nothing will end it'
        when status = 'pending' and begun_at < now() - make_interval(secs => ${pendingLimitSeconds})
          then 'is pending past its limit, at step ' || step
        when status <> 'pending' and step <> 'ended' then 'is ' || status || ', but its saga is at step ' || step
        when status = 'failed' and holds and quantity = ordered then 'failed, but its stock was not given back'
        when status = 'completed' and (step is not null or booked) and not holds then 'completed, but holds no stock'
        when status = 'completed' and holds and quantity <> ordered then 'completed, but holds another quantity'
      end as problem from state
    )
    select * from judged where problem is not null order by order_id
  `.execute(db)
  return rows
}

/** Bookings that give back more than they had, or several that belong to one order. */
async function findBadEntries(db: Db): Promise<Finding[]> {
  const { rows } = await sql<Finding>`
    select order_id, product_id, 'gave back ' || sum(given_back) || ' of ' || sum(quantity) as problem
    from reservations where order_id is not null
    group by order_id, product_id having sum(given_back) > sum(quantity) or sum(given_back) < 0 or count(*) > 1
    order by order_id
  `.execute(db)
  return rows
}

/**
 * Products whose orders have given back less than they had: only clients that give back without an order can have taken it.
 */
async function findLostStock(db: Db): Promise<Finding[]> {
  const { rows } = await sql<Finding>`
    select null::integer as order_id, product_id, 'was given back, but ' || missing || ' of it stayed reserved' as problem
    from (
      select product_id, coalesce(sum(quantity - given_back) filter (where order_id is not null and compensated_at is not null), 0)
        - coalesce(sum(given_back) filter (where order_id is null), 0) as missing
      from reservations group by product_id
    ) as product where missing > 0 order by product_id
  `.execute(db)
  return rows
}

async function countStrangers(db: Db): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*)::integer as count from reservations as r left join orders as o on o.id = r.order_id
    where r.order_id is not null and r.compensated_at is null
      and (o.id is null or o.product_id <> r.product_id or (o.status = 'failed' and o.quantity <> r.quantity))
  `.execute(db)
  return rows[0]?.count ?? 0
}
