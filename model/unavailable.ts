/**
 * Why a service answers 503: the `code` beside `detail`. Programs read it; the text is for people.
 */
export const unavailableCodes = [
  'no_free_slot',
  'database_unavailable',
  'event_loop_busy',
  'body_buffer_full',
] as const

export type UnavailableCode = (typeof unavailableCodes)[number]

/** Why an order is answered 503: the `code` inside its detail. */
export const orderCodes = ['not_reserved', 'interrupted'] as const

export type OrderCode = (typeof orderCodes)[number]
