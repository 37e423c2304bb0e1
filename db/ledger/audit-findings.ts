/** The violations that the audit looks for. */
import { sql } from 'kysely'
import type { Db } from '../schema.ts'

/** A violation, for an order or for a product; for neither if it concerns messages. */
export type Finding = { order_id: number | null; product_id: number | null; problem: string }

/** Orders whose status contradicts their reservation or their saga. */
export async function findBadOrders(db: Db, pendingLimitSeconds: number): Promise<Finding[]> {
  const { rows } = await sql<Finding>`
    with state as (
      select o.id as order_id, o.product_id, o.status, saga.step, saga.begun_at,
        r.id is not null as booked, r.id is not null and r.compensated_at is null as holds,
        coalesce(r.quantity, 0) as quantity, o.quantity as ordered
      from orders as o
      left join order_sagas as saga on saga.order_id = o.id
      left join reservations as r on r.order_id = o.id and r.product_id = o.product_id
    ), judged as (
      select order_id, product_id, case
        when status = 'pending' and step is null then 'is pending, and nothing will end it'
        when status = 'pending' and begun_at < now() - make_interval(secs => ${pendingLimitSeconds})
          then 'is pending past its limit, at step ' || step
        when status <> 'pending' and step <> 'ended'
          then 'is ' || status || ', but its saga is at step ' || step
        when status = 'failed' and holds and quantity = ordered
          then 'failed, but its stock was not released'
        when status = 'completed' and (step is not null or booked) and not holds
          then 'completed, but holds no stock'
        when status = 'completed' and holds and quantity <> ordered
          then 'completed, but holds another quantity'
      end as problem from state
    )
    select * from judged where problem is not null order by order_id
  `.execute(db)
  return rows
}

/** Entries that released more than they reserved, and several entries of one order. */
export async function findBadEntries(db: Db): Promise<Finding[]> {
  const { rows } = await sql<Finding>`
    select order_id, product_id,
      'released ' || sum(given_back) || ' of ' || sum(quantity) as problem
    from reservations where order_id is not null
    group by order_id, product_id
    having sum(given_back) > sum(quantity) or sum(given_back) < 0 or count(*) > 1
    order by order_id
  `.execute(db)
  return rows
}

/**
 * Products whose orders released less than they reserved, minus the releases of clients without an
 * order.
 */
export async function findLostStock(db: Db): Promise<Finding[]> {
  const { rows } = await sql<Finding>`
    select null::integer as order_id, product_id,
      'was released, but ' || missing || ' of it stayed reserved' as problem
    from (
      select product_id,
        coalesce(sum(quantity - given_back)
          filter (where order_id is not null and compensated_at is not null), 0)
        - coalesce(sum(given_back) filter (where order_id is null), 0) as missing
      from reservations group by product_id
    ) as product where missing > 0 order by product_id
  `.execute(db)
  return rows
}
