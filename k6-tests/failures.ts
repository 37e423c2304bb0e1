import type { UnavailableCode } from '../model/unavailable.ts'

/** Kinds of failure, each with its text. Each is counted separately. */
export const failures = {
  unreachable: 'no connection, or one that broke',
  timeout: 'no answer in time',
  no_slot: '503 no free slot',
  no_database: '503 database unavailable',
  unavailable: '503 for another reason',
  status: 'another status than expected',
  body: 'a body outside the contract',
  too_fast: 'faster than its minimum time',
  email: 'warning: the e-mail was not sent',
  search: 'warning: search was not told',
  cache: 'warning: cache was not told',
  analytics: 'warning: analytics was not told',
  not_reserved: '503 stock not reserved',
  payment_unknown: 'payment outcome unknown',
  not_compensated: 'stock not released',
  completed: 'the order completed, its payment did not fail',
} as const

export type Failure = keyof typeof failures

/** Failures of any scenario without the designed answer. */
export const answerless: readonly Failure[] = [
  'unreachable',
  'timeout',
  'no_slot',
  'no_database',
  'unavailable',
  'status',
]

/** Failures of any scenario. */
export const everyonesFailures: readonly Failure[] = [...answerless, 'body', 'too_fast']

export type Answer = {
  /** 0 if there was none. */
  status: number
  /**
   * k6's error code, 0 if there was an answer. https://grafana.com/docs/k6/latest/javascript-
   * api/error-codes/
   */
  errorCode: number
  body: unknown
}

// "Request timeout" and "dial timeout".
const timeoutCodes = [1050, 1211]

/**
 * The failure that the connection or the status shows, in any scenario; `undefined` if there is
 * none.
 */
export function failureOf(
  { status, errorCode, body }: Answer,
  expected: number,
): Failure | undefined {
  if (status === 0) return timeoutCodes.includes(errorCode) ? 'timeout' : 'unreachable'
  if (status === expected) return undefined
  if (status !== 503) return 'status'
  const { code } = (body ?? {}) as { code?: UnavailableCode }
  return (code && failureOfCode[code]) ?? 'unavailable'
}

const failureOfCode: { [C in UnavailableCode]?: Failure } = {
  no_free_slot: 'no_slot',
  database_unavailable: 'no_database',
}
