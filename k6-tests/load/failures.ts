import type { FunctionName } from '../../model/services.ts'
import type { UnavailableCode } from '../../model/unavailable.ts'

/** Failures of any scenario without the designed answer. */
const answerlessTexts = {
  unreachable: 'no connection, or one that broke',
  timeout: 'no answer in time',
  no_slot: '503 no free slot',
  no_database: '503 database unavailable',
  unavailable: '503 for another reason',
  status: 'another status than expected',
} as const

const commonTexts = {
  ...answerlessTexts,
  body: 'a body outside the contract',
  too_fast: 'faster than its minimum time',
} as const

const sagaTexts = {
  completed: 'the order completed, its payment did not fail',
  not_reserved: '503 stock not reserved',
  payment_unknown: 'payment outcome unknown',
  not_compensated: 'stock not released',
} as const

/** A kind of failure, counted separately. The name of a function is a warning: its call failed. */
export type Failure = keyof typeof commonTexts | keyof typeof sagaTexts | FunctionName

const texts: Partial<Record<string, string>> = { ...commonTexts, ...sagaTexts }

export const describeFailure = (failure: Failure): string =>
  texts[failure] ?? `warning: the call to ${failure} failed`

export const answerless = Object.keys(answerlessTexts) as Failure[]
export const commonFailures = Object.keys(commonTexts) as Failure[]
export const sagaFailures = Object.keys(sagaTexts) as Failure[]

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

const failureOfCode: { [C in UnavailableCode]?: Failure } = {
  no_free_slot: 'no_slot',
  database_unavailable: 'no_database',
}

/** The failure that connection or status show, in any scenario; `undefined` if there is none. */
export function statusFailure(
  { status, errorCode, body }: Answer,
  expected: number,
): Failure | undefined {
  if (status === 0) return timeoutCodes.includes(errorCode) ? 'timeout' : 'unreachable'
  if (status === expected) return undefined
  if (status !== 503) return 'status'
  const { code } = (body ?? {}) as { code?: UnavailableCode }
  return (code && failureOfCode[code]) ?? 'unavailable'
}
