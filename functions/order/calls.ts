/** The calls of the saga that release stock and take the payment. */
import type { $Fetch } from 'ofetch'
import type { SagaFailure } from '../../db/schema.ts'
import { call, failureOf } from '../http/call.ts'
import { compensateStock } from '../inventory/contract.ts'
import { processPayment, processPaymentFail } from '../payment/contract.ts'
import type { PaymentOutcome } from './contract.ts'

export type PaymentFailure = Exclude<SagaFailure, 'not_reserved'>

/** The request of both stock calls. */
export type Booking = { product_id: number; quantity: number; order_id: number }

/**
 * Takes the payment. Only a 400 is a certain refusal; after any other failure the outcome is
 * unknown.
 */
export async function pay(
  service: $Fetch,
  booking: Booking,
  outcome: PaymentOutcome,
  signal: AbortSignal,
): Promise<PaymentFailure | undefined> {
  const route = outcome === 'fail' ? processPaymentFail : processPayment
  const error = await failureOf(call(service, route, booking, signal))
  if (!error) return undefined
  return error.status === 400 ? 'payment_refused' : 'payment_unknown'
}

/**
 * Releases the stock, even after the client has disconnected; true only if the inventory service
 * confirms it.
 */
export const compensate = async (service: $Fetch, booking: Booking): Promise<boolean> =>
  !(await failureOf(call(service, compensateStock, booking)))
