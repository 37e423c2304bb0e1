/** The floor of scenario 5: the saga with the statements of db/work/sagas.ts, each step stored first. */
import { randomInt, randomUUID } from 'node:crypto'
import { leaseMs } from '../../db/work/leases.ts'
import { compensateStock, reserveStock } from '../../functions/inventory/contract.ts'
import { createOrder } from '../../functions/order/contract.ts'
import { processPaymentFail } from '../../functions/payment/contract.ts'
import { callerOf } from './call.ts'
import type { Entry } from './request-log.ts'
import { type Answer, route } from './serve.ts'
import { openStatements } from './statements.ts'

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
