/** The floor of the saga's stock: the statements of db/ledger/reservations.ts and compensations.ts. */
import { compensateStock, reserveStock } from '../../functions/inventory/contract.ts'
import { type Answer, route } from './serve.ts'
import { openStatements } from './statements.ts'

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
type Booking = { product_id: number; quantity: number; order_id?: number | null | undefined }

function bookedAs(done: string, booking: Booking, item: Item | undefined): Answer {
  const { product_id, quantity, order_id } = booking
  if (!item) return { status: 409, body: { detail: `Order ${order_id} cannot have it ${done}` } }
  const message = `${done} ${quantity} of product ${product_id}`
  const timestamp = new Date().toISOString()
  const total_reserved = item.reserved
  return {
    status: 200,
    body: { status: 'ok', product_id, quantity, total_reserved, message, timestamp },
  }
}

export function inventory() {
  const prepare = openStatements()
  const reserveFor = prepare<Item>('reserve', reserve)
  const releaseFor = prepare<Item>('release', release)
  return [
    route(reserveStock, async (booking) => {
      const { product_id, quantity, order_id = null } = booking
      const [item] = await reserveFor(order_id, product_id, quantity)
      return bookedAs('Reserved', booking, item)
    }),
    route(compensateStock, async (booking) => {
      const [item] = await releaseFor(booking.order_id, booking.product_id)
      return bookedAs('Released', booking, item)
    }),
  ]
}
