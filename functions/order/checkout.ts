/** Runs the saga of an order by calls: each step waits for the answer to the one before it. */
import type { $Fetch } from 'ofetch'
import { isUnavailable } from '../../db/connection/unavailable.ts'
import { releaseSagas } from '../../db/work/expired-sagas.ts'
import type { Operation } from '../../db/work/idempotency.ts'
import { LeaseLostError } from '../../db/work/leases.ts'
import { beginSaga, endSaga, endUnreserved, type Saga, takeStep } from '../../db/work/sagas.ts'
import type { Bindings } from '../bindings.ts'
import { type CallError, call, failureOf } from '../http/call.ts'
import type { Refusal } from '../http/refusal.ts'
import { compensateStock, reserveStock } from '../inventory/contract.ts'
import { processPayment, processPaymentFail } from '../payment/contract.ts'
import type { PaymentOutcome } from './contract.ts'
import {
  advance,
  begin,
  type PaymentFailure,
  type SagaCommand,
  type SagaEvent,
  type SagaState,
  type Transition,
} from './saga.ts'

/** The bindings that the saga needs. */
export type Services = Omit<Bindings<'order'>, 'PAYMENT_OUTCOME' | 'RETENTION_HOURS'>

type Request = {
  product_id: number
  quantity: number
  payment: PaymentOutcome
  operation?: Operation | undefined
}

/** The request of both stock calls. */
type Booking = { product_id: number; quantity: number; order_id: number }

/**
 * The outcome of an order. `compensated` is false if the release of its stock is not confirmed yet.
 */
export type Checkout = { order_id: number } & (
  | { paid: true }
  | { paid: false; failure: PaymentFailure; compensated: boolean }
)

type Run = {
  services: Services
  saga: Saga
  booking: Booking
  payment: PaymentOutcome
  signal: AbortSignal
  /** Why the stock was not reserved. */
  reservationError?: CallError
}

/**
 * Places an order: pending → reserve → pay → completed, or, if the payment fails, compensate →
 * failed. Each step is stored before it runs. An order whose compensation is not confirmed stays
 * pending until recovery ends it.
 * @returns a refusal if the stock could not be reserved, the database became unavailable or the
 *   lease was lost
 */
export const checkOut = (
  services: Services,
  request: Request,
  signal: AbortSignal,
): Promise<Checkout | Refusal<'unavailable'>> =>
  services.leases.hold(async (lease) => {
    const { product_id, quantity, payment } = request
    const saga = await beginSaga(services.db, { ...request, lease })
    const booking = { product_id, quantity, order_id: saga.order_id }
    const run: Run = { services, saga, booking, payment, signal }
    try {
      return outcomeOf(run, await perform(run, begin))
    } catch (error) {
      leave(run)
      if (error instanceof LeaseLostError || isUnavailable(error)) return interrupted(saga, error)
      throw error
    }
  })

/** Executes the commands of a transition, and those that follow from their events. */
async function perform(run: Run, { state, commands }: Transition): Promise<SagaState> {
  for (const command of commands) {
    const event = await execute[command](run)
    if (!event) continue
    const next = advance(state, event)
    if (next.state.step !== state.step) await store(run, next.state)
    return perform(run, next)
  }
  return state
}

/** Stores a step before it runs. @throws LeaseLostError if recovery has taken the saga over */
async function store({ services: { db }, saga }: Run, state: SagaState): Promise<void> {
  // Stock may be released by anyone: the release itself checks that the order no longer needs it.
  if (state.step === 'compensating') await takeStep(db, saga, 'compensating', state.failure)
  if (state.step === 'paying' && !(await takeStep(db, saga, 'paying'))) throw new LeaseLostError()
}

const execute: Record<SagaCommand, (run: Run) => Promise<SagaEvent | undefined>> = {
  async reserve(run) {
    const { services, booking, signal } = run
    const error = await failureOf(call(services.inventory, reserveStock, booking, signal))
    if (!error) return { type: 'stock_reserved' }
    run.reservationError = error
    return { type: error.refused ? 'reservation_refused' : 'reservation_unknown' }
  },
  async pay({ services, booking, payment, signal }) {
    const route = payment === 'fail' ? processPaymentFail : processPayment
    const error = await failureOf(call(services.payment, route, booking, signal))
    if (!error) return { type: 'paid' }
    // Only a 400 is a certain refusal; after any other failure the outcome is unknown.
    const failure = error.status === 400 ? 'payment_refused' : 'payment_unknown'
    return { type: 'payment_failed', failure }
  },
  async release({ services, booking }) {
    const isReleased = await releaseStock(services.inventory, booking)
    return { type: isReleased ? 'stock_released' : 'release_unconfirmed' }
  },
  async close({ services, saga }) {
    const isClosed = await endUnreserved(services.db, saga)
    return { type: isClosed ? 'order_closed' : 'reservation_unknown' }
  },
  async complete({ services, saga }) {
    const isCompleted = await endSaga(services.db, saga, 'completed')
    return { type: isCompleted ? 'order_completed' : 'completion_refused' }
  },
  async fail({ services, saga }) {
    await endSaga(services.db, saga, 'failed')
    return undefined
  },
  async leave(run) {
    leave(run)
    return undefined
  },
}

/**
 * Releases the stock, even after the client has disconnected; true only if the inventory service
 * confirms it.
 */
export const releaseStock = async (
  inventory: $Fetch,
  booking: Booking,
  signal?: AbortSignal,
): Promise<boolean> => !(await failureOf(call(inventory, compensateStock, booking, signal)))

/**
 * Leaves an unfinished saga to recovery. Nothing waits for it: if it fails, the lease expires by
 * itself.
 */
const leave = ({ services, saga }: Run): void =>
  void releaseSagas(services.db, saga.lease).catch(() => {})

function outcomeOf(run: Run, state: SagaState): Checkout | Refusal<'unavailable'> {
  const { order_id } = run.saga
  if (!('failure' in state) || state.failure === undefined) return { order_id, paid: true }
  const hasEnded = state.step === 'ended'
  if (state.failure === 'not_reserved') return notReserved(run, hasEnded)
  return { order_id, paid: false, failure: state.failure, compensated: hasEnded }
}

/** The refusal of an order that recovery will end. */
const interrupted = ({ order_id }: Saga, cause: unknown): Refusal<'unavailable'> => ({
  refused: 'unavailable',
  detail: {
    code: 'interrupted',
    message: 'Order interrupted: recovery will complete it',
    order_id,
    status: 'pending',
  },
  cause,
})

/**
 * The refusal of an order without stock. It stays `pending` until the release of stock that may be
 * reserved is confirmed.
 */
function notReserved({ saga, reservationError }: Run, hasEnded: boolean): Refusal<'unavailable'> {
  const detail = {
    code: 'not_reserved' as const,
    message: 'Order failed: could not reserve stock',
    order_id: saga.order_id,
    reason: `inventory ${reservationError?.message}`,
  }
  return {
    refused: 'unavailable',
    detail: hasEnded ? detail : { ...detail, status: 'pending' },
    cause: reservationError,
  }
}
