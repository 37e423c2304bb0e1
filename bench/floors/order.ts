/**
 * The floor of scenario 5, with the statements of db/: the saga, each step stored first (work/sagas.ts),
 * and the stock (ledger/reservations.ts, ledger/compensations.ts).
 */
import { randomInt, randomUUID } from 'node:crypto'
import pg from 'pg'
import { leaseMs } from '../../db/work/leases.ts'
import { compensateStock, reserveStock } from '../../functions/inventory/contract.ts'
import { createOrder } from '../../functions/order/contract.ts'
import { processPaymentFail } from '../../functions/payment/contract.ts'
import { settings } from '../../model/settings.ts'
import { callerOf } from './call.ts'
import { type Answer, type Entry, route } from './serve.ts'

/**
 * Opens a pool of bare pg, as large as that of a service, and returns how to prepare a statement in
 * it. Each connection plans a statement once, as the lab's do.
 */
function openStatements() {
  const pool = new pg.Pool({
    connectionString: process.env.DATABASE_URL,
    max: settings.DB_POOL_MAX.default,
    connectionTimeoutMillis: settings.DB_POOL_TIMEOUT_MS.default,
    idleTimeoutMillis: 0,
  }).on('error', console.error)
  return <Row extends pg.QueryResultRow>(name: string, text: string) =>
    async (...values: unknown[]): Promise<Row[]> =>
      (await pool.query<Row>({ name, text, values })).rows
}

const reserveSql = `
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

const releaseSql = `
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
  const reserveFor = prepare<Item>('reserve', reserveSql)
  const releaseFor = prepare<Item>('release', releaseSql)
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

const begin = `
  with mine as (select), made as (
    insert into orders (product_id, quantity, status)
    select $1::integer, $2::integer, 'pending' from mine returning id
  ), begun as (
    insert into order_sagas (order_id, step, lease_holder, lease_token, lease_expires_at)
    select id, 'reserving', $3::integer, $4::uuid, now() + make_interval(secs => $5::float8)
    from made
  )
  select id from made
`
const step = `
  update order_sagas set step = $3, updated_at = now()
  where order_id = $1 and lease_token = $2 and step <> 'ended'
`
const fail = `
  update order_sagas set step = 'compensating', updated_at = now(), failure = $3
  where order_id = $1 and lease_token = $2 and step <> 'ended'
`
const end = `
  with ended as (
    update order_sagas set step = 'ended', updated_at = now()
    where order_id = $1 and lease_token = $2 and step <> 'ended'
    returning order_id
  )
  update orders set status = 'failed' from ended where orders.id = ended.order_id
`

const unfinished = (detail: string): Answer => ({ status: 503, body: { detail } })

export function order() {
  const prepare = openStatements()
  const beginSaga = prepare<{ id: number }>('begin', begin)
  const takeStep = prepare('step', step)
  const failSaga = prepare('fail', fail)
  const endSaga = prepare('end', end)
  const holder = randomInt(1, 2 ** 31)
  const reserve = callerOf('inventory', reserveStock)
  const pay = callerOf('payment', processPaymentFail)
  const release = callerOf('inventory', compensateStock)

  /** The designed saga: the payment fails, and the stock is released. */
  async function checkOut(product_id: number, quantity: number, entry: Entry): Promise<Answer> {
    const token = randomUUID()
    const [saga] = await beginSaga(product_id, quantity, holder, token, leaseMs / 1000)
    const order_id = saga?.id
    const booking = { product_id, quantity, order_id }
    if ((await reserve(booking, entry)).status !== 200) return unfinished('Not reserved')
    await takeStep(order_id, token, 'paying')
    if ((await pay(booking, entry)).status !== 400) return unfinished('The payment did not fail')
    await failSaga(order_id, token, 'payment_refused')
    if ((await release(booking, entry)).status !== 200) return unfinished('Not released')
    await endSaga(order_id, token)
    const detail = {
      message: 'Order failed due to payment issue',
      order_id,
      product_id,
      reason: 'Payment processing failed',
      compensation_executed: true,
      timestamp: new Date().toISOString(),
    }
    return { status: 400, body: { detail } }
  }

  return [
    route(createOrder, ({ product_id, quantity }, entry) => checkOut(product_id, quantity, entry)),
  ]
}
