/** What a scenario's designed answers may reveal that its status does not. */
import type { OrderCode } from '../model/unavailable.ts'
import type { Failure } from './failures.ts'

/** The first callee that a warning begins with; a warning is a call that failed. */
export const warned =
  (callees: readonly Failure[]) => (_status: number, body: Record<string, unknown>) => {
    const warnings = Array.isArray(body.warnings) ? body.warnings.map(String) : []
    if (warnings.length === 0) return undefined
    return (
      callees.find((callee) => warnings.some((warning) => warning.startsWith(callee))) ?? 'body'
    )
  }

export const sagaFailures = [
  'completed',
  'not_reserved',
  'payment_unknown',
  'not_compensated',
] as const

/** An order whose payment failed, and whose stock was given back, went as designed; whatever else happened is a failure. */
export function sagaFailure(status: number, body: Record<string, unknown>) {
  if (status === 200) return 'completed'
  const { code, reason, compensation_executed } = (body.detail ?? {}) as Record<string, unknown>
  if (status === 503 && code === ('not_reserved' satisfies OrderCode)) return 'not_reserved'
  if (status !== 400) return undefined
  if (reason !== 'Payment processing failed') return 'payment_unknown'
  return compensation_executed === true ? undefined : 'not_compensated'
}
