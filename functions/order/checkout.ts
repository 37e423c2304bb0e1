import { isUnavailable } from '../../db/connection/unavailable.ts'
import type { SagaFailure } from '../../db/schema.ts'
import { releaseSagas } from '../../db/work/expired-sagas.ts'
import type { Operation } from '../../db/work/idempotency.ts'
import { LeaseLostError } from '../../db/work/leases.ts'
import { beginSaga, endSaga, endUnreserved, type Saga, takeStep } from '../../db/work/sagas.ts'
import type { Bindings } from '../bindings.ts'
import { type CallError, call, failureOf } from '../http/call.ts'
import { Refusal } from '../http/refusal.ts'
import { reserveStock } from '../inventory/contract.ts'
import { type Booking, compensate, type PaymentFailure, pay } from './calls.ts'
import type { PaymentOutcome } from './contract.ts'
import { interrupted, notReserved } from './refusals.ts'

/** The bindings that the saga needs. */
export type Services = Omit<Bindings<'order'>, 'PAYMENT_OUTCOME' | 'RETENTION_HOURS'>

type Request = {
  product_id: number
  quantity: number
  payment: PaymentOutcome
  operation?: Operation | undefined
}

/**
 * The outcome of an order. `compensated` is false if the release of its stock is not confirmed yet.
 */
export type Checkout = { order_id: number } & (
  | { paid: true }
  | { paid: false; failure: PaymentFailure; compensated: boolean }
)

/**
 * The saga: pending → reserve → pay → completed, or, if the payment fails, compensate → failed.
 * Each step waits for the previous one and is stored before it runs. An order whose compensation is
 * not confirmed stays pending until recovery ends it.
 * @throws Refusal 503 if the stock could not be reserved, the database became unavailable or the
 *   lease was lost
 */
export const checkOut = (
  services: Services,
  request: Request,
  signal: AbortSignal,
): Promise<Checkout> =>
  services.leases.hold(async (lease) => {
    const saga = await beginSaga(services.db, { ...request, lease })
    return runSaga(services, saga, request, signal).catch((error: unknown) => {
      if (error instanceof Refusal) throw error
      release(services, saga)
      throw isInterruption(error) ? interrupted(saga, error) : error
    })
  })

/**
 * Leaves an unfinished saga to recovery. Nothing waits for it: if it fails, the lease expires by
 * itself.
 */
const release = ({ db }: Services, { lease }: Saga): void =>
  void releaseSagas(db, lease).catch(() => {})

const isInterruption = (error: unknown) => error instanceof LeaseLostError || isUnavailable(error)

async function runSaga(
  services: Services,
  saga: Saga,
  request: Request,
  signal: AbortSignal,
): Promise<Checkout> {
  const { db } = services
  const { order_id } = saga
  const booking = { product_id: request.product_id, quantity: request.quantity, order_id }
  const refused = await failureOf(call(services.inventory, reserveStock, booking, signal))
  if (refused) throw await failUnreserved(services, saga, booking, refused)
  await takeOwnStep(services, saga, 'paying')
  const failure = await pay(services.payment, booking, request.payment, signal)
  if (!failure && (await endSaga(db, saga, 'completed'))) return { order_id, paid: true }
  const unsettled = failure ?? 'payment_unknown'
  return {
    order_id,
    paid: false,
    failure: unsettled,
    compensated: await undo(services, saga, booking, unsettled),
  }
}

/** Stores a step before it runs. @throws LeaseLostError if recovery has taken the saga over */
async function takeOwnStep({ db }: Services, saga: Saga, step: 'paying'): Promise<void> {
  if (!(await takeStep(db, saga, step))) throw new LeaseLostError()
}

/**
 * Fails an order that could not reserve its stock. Only a refusal is certain: after anything else,
 * the stock may be reserved and is released.
 * @returns the refusal of the order; its status stays `pending` if the release is not confirmed
 */
async function failUnreserved(
  services: Services,
  saga: Saga,
  booking: Booking,
  error: CallError,
): Promise<Refusal> {
  const ended =
    (error.refused && (await endUnreserved(services.db, saga))) ||
    (await undo(services, saga, booking, 'not_reserved'))
  return notReserved(saga, error, Boolean(ended))
}

/**
 * Releases the stock and ends the order, unless recovery has done so; true only if the release is
 * confirmed.
 */
async function undo(
  services: Services,
  saga: Saga,
  booking: Booking,
  failure: SagaFailure,
): Promise<boolean> {
  await takeStep(services.db, saga, 'compensating', failure)
  if (!(await compensate(services.inventory, booking))) {
    release(services, saga)
    return false
  }
  await endSaga(services.db, saga, 'failed')
  return true
}
