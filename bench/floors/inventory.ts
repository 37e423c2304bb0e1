/** The floor of the saga's stock: the statements of db/ledger/reservations.ts and db/ledger/compensations.ts. */
import { compensateStock, reserveStock } from '../../functions/inventory/contract.ts'
import { bodyOf } from './contract-schemas.ts'
import { openPool, prepare } from './pool.ts'
import { type Answer, route } from './serve.ts'

const reserve = `
  with entry as (
    insert into reservations (order_id, product_id, quantity)
    select $1::integer, $2::integer, $3::integer
    where not exists (
      select from orders where id = $1::integer
        and (status <> 'pending' or product_id <> $2 or quantity <> $3)
    )
    on conflict (order_id, product_id) do nothing
    returning quantity
  )
  insert into inventory_items as item (product_id, reserved)
  select $2::integer, quantity from entry
  on conflict (product_id) do update set reserved = item.reserved + excluded.reserved
  returning reserved
`

const release = `
  with held as (
    select from reservations
    where order_id = $1 and product_id = $2 and compensated_at is null and exists (
      select from (
        select status, step from orders left join order_sagas on order_sagas.order_id = orders.id
        where orders.id = $1 and orders.product_id = $2
      ) as ordered
      where (status = 'failed' or step is not distinct from 'compensating')
    ) for update
  ), item as (
    select reserved from inventory_items
    where product_id = $2 and exists (select from held) for update
  ), entry as (
    update reservations set compensated_at = now(), given_back = least(quantity, item.reserved)
    from item where order_id = $1 and reservations.product_id = $2 and compensated_at is null
    returning given_back
  )
  update inventory_items set reserved = reserved - given_back from entry
  where product_id = $2
  returning reserved
`

type Item = { reserved: number }
type Booking = { product_id: number; quantity: number }

const booked = (
  { product_id, quantity }: Booking,
  total_reserved: number,
  done: string,
): Answer => ({
  status: 200,
  body: {
    status: 'ok',
    product_id,
    quantity,
    total_reserved,
    message: `${done} ${quantity} of product ${product_id}`,
    timestamp: new Date().toISOString(),
  },
})

export function inventory() {
  const pool = openPool()
  const reserveFor = prepare<Item>(pool, 'reserve', reserve)
  const releaseFor = prepare<Item>(pool, 'release', release)
  return [
    route({
      method: 'POST',
      path: reserveStock.path,
      schema: bodyOf(reserveStock),
      async answer(booking) {
        const { product_id, quantity, order_id = null } = booking
        const [item] = await reserveFor(order_id, product_id, quantity)
        if (item) return booked(booking, item.reserved, 'Reserved')
        return { status: 409, body: { detail: `Order ${order_id} cannot reserve` } }
      },
    }),
    route({
      method: 'POST',
      path: compensateStock.path,
      schema: bodyOf(compensateStock),
      async answer(booking) {
        const { product_id, order_id } = booking
        const [item] = await releaseFor(order_id, product_id)
        if (item) return booked(booking, item.reserved, 'Released')
        return { status: 409, body: { detail: `Order ${order_id} needs its stock` } }
      },
    }),
  ]
}
