import type { $Fetch } from 'ofetch'
import { insertOrder, settleOrder } from '../../db/orders.ts'
import type { Db } from '../../db/schema.ts'
import { CallError, call } from '../call.ts'
import { compensateStock, reserveStock } from '../inventory/contract.ts'
import { processPayment, processPaymentFail } from '../payment/contract.ts'
import { Refusal } from '../refusal.ts'
import type { PaymentOutcome } from './contract.ts'

export type Services = { db: Db; payment: $Fetch; inventory: $Fetch }

type Request = { product_id: number; quantity: number; payment: PaymentOutcome }

/** The order an attempt was made for, and how its payment and, where that failed, its compensation ended. */
export type Checkout = { order_id: number } & (
  | { paid: true }
  | { paid: false; reason: 'Payment processing failed' | 'Payment outcome unknown'; compensated: boolean }
)

/**
 * The saga: pending → reserve → pay → completed, or, where the payment fails, compensate → failed. Every step waits for the
 * one before it. An order whose compensation is not confirmed stays pending.
 * @throws Refusal 503 where the stock could not be reserved; the order has failed then, and nothing was paid
 */
export async function checkOut(
  services: Services,
  { product_id, quantity, payment }: Request,
  signal: AbortSignal,
): Promise<Checkout> {
  const { db } = services
  const { id: order_id } = await insertOrder(db, { product_id, quantity })
  const booking = { product_id, quantity, order_id }
  await call(services.inventory, reserveStock, booking, signal).catch(async (error: CallError) => {
    await settleOrder(db, order_id, 'failed')
    throw new Refusal(
      503,
      { message: 'Order failed: could not reserve stock', order_id, reason: `inventory ${error.message}` },
      { cause: error },
    )
  })
  const failure = await pay(services.payment, booking, payment, signal)
  if (!failure) {
    await settleOrder(db, order_id, 'completed')
    return { order_id, paid: true }
  }
  const compensated = await compensate(services.inventory, booking)
  if (compensated) await settleOrder(db, order_id, 'failed')
  return { order_id, paid: false, reason: failure, compensated }
}

type Booking = { product_id: number; quantity: number; order_id: number }

/** Takes the payment. Only a 400 is a payment that failed for sure; after anything else nobody knows. */
async function pay(service: $Fetch, booking: Booking, outcome: PaymentOutcome, signal: AbortSignal) {
  const route = outcome === 'fail' ? processPaymentFail : processPayment
  try {
    await call(service, route, booking, signal)
    return undefined
  } catch (error) {
    const refused = error instanceof CallError && error.status === 400
    return refused ? ('Payment processing failed' as const) : ('Payment outcome unknown' as const)
  }
}

/** Gives the stock back, also where the client has left meanwhile; true only when the inventory service confirmed it. */
const compensate = (service: $Fetch, booking: Booking): Promise<boolean> =>
  call(service, compensateStock, booking).then(
    () => true,
    () => false,
  )
