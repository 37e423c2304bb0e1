/** How responses name a failure: programs read these, the rest of the text is for people. */

/** Why a service answers 503: the `code` beside `detail`. */
export const unavailableCodes = [
  'no_free_slot',
  'database_unavailable',
  'event_loop_busy',
  'body_buffer_full',
  'backlog_full',
  'broker_unavailable',
] as const

export type UnavailableCode = (typeof unavailableCodes)[number]

/** Why an order is answered 503: the `code` inside its detail. */
export const orderCodes = ['not_reserved', 'interrupted'] as const

export type OrderCode = (typeof orderCodes)[number]

/** Why an order is answered 400: the `reason` inside its detail. */
export const orderReasons = {
  payment_refused: 'Payment processing failed',
  payment_unknown: 'Payment outcome unknown',
} as const

/** One of a response's `warnings`: the callee, and how its call failed. */
export const warningOf = (callee: string, failure: string): string => `${callee} ${failure}`

/** The callee that a warning names. */
export const calleeIn = (warning: string): string => warning.split(' ', 1)[0] ?? ''
