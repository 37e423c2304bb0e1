/**
 * The saga of an order as a state machine. It knows no transport: whoever runs it stores each state
 * before its command, and reports the outcome of the command as the next event.
 */
import type { SagaFailure } from '../../db/schema.ts'

/** Why an order with a reservation fails. */
export type PaymentFailure = Exclude<SagaFailure, 'not_reserved'>

export type SagaState =
  | { step: 'reserving' }
  | { step: 'paying' }
  | { step: 'compensating'; failure: SagaFailure }
  | { step: 'ended'; failure?: SagaFailure }
  /** Its stock is not confirmed as released: recovery ends it. */
  | { step: 'left'; failure: SagaFailure }

export type SagaEvent =
  | { type: 'stock_reserved' }
  /** The reservation was refused: certainly nothing is reserved. */
  | { type: 'reservation_refused' }
  /** The reservation failed otherwise: the stock may be reserved. */
  | { type: 'reservation_unknown' }
  | { type: 'order_closed' }
  | { type: 'paid' }
  | { type: 'payment_failed'; failure: PaymentFailure }
  | { type: 'order_completed' }
  /** The order may not complete, because its stock was released meanwhile. */
  | { type: 'completion_refused' }
  | { type: 'stock_released' }
  | { type: 'release_unconfirmed' }

/**
 * - `reserve`, `pay`, `release`: ask the inventory or the payment service
 * - `close`: end the order without a reservation, and prevent a later one
 * - `complete`, `fail`: end the order
 * - `leave`: let recovery take over
 */
export type SagaCommand = 'reserve' | 'close' | 'pay' | 'complete' | 'release' | 'fail' | 'leave'

export type Transition = { state: SagaState; commands: readonly SagaCommand[] }

export const begin: Transition = { state: { step: 'reserving' }, commands: ['reserve'] }

const compensate = (failure: SagaFailure): Transition => ({
  state: { step: 'compensating', failure },
  commands: ['release'],
})

function whileReserving(state: SagaState, event: SagaEvent): Transition {
  switch (event.type) {
    case 'stock_reserved':
      return { state: { step: 'paying' }, commands: ['pay'] }
    case 'reservation_refused':
      return { state, commands: ['close'] }
    case 'reservation_unknown':
      return compensate('not_reserved')
    case 'order_closed':
      return { state: { step: 'ended', failure: 'not_reserved' }, commands: [] }
    default:
      return { state, commands: [] }
  }
}

function whilePaying(state: SagaState, event: SagaEvent): Transition {
  switch (event.type) {
    case 'paid':
      return { state, commands: ['complete'] }
    case 'order_completed':
      return { state: { step: 'ended' }, commands: [] }
    case 'completion_refused':
      return compensate('payment_unknown')
    case 'payment_failed':
      return compensate(event.failure)
    default:
      return { state, commands: [] }
  }
}

/**
 * The next state and its commands, in their order. An event that does not belong to the state, such
 * as a late or a repeated one, changes nothing.
 */
export function advance(state: SagaState, event: SagaEvent): Transition {
  if (state.step === 'reserving') return whileReserving(state, event)
  if (state.step === 'paying') return whilePaying(state, event)
  if (state.step !== 'compensating') return { state, commands: [] }
  const { failure } = state
  if (event.type === 'stock_released')
    return { state: { step: 'ended', failure }, commands: ['fail'] }
  if (event.type === 'release_unconfirmed')
    return { state: { step: 'left', failure }, commands: ['leave'] }
  return { state, commands: [] }
}
