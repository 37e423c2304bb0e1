/** Failures of a scenario that its status does not show. */
import type { OrderCode } from '../model/unavailable.ts'
import type { Failure } from './failures.ts'

/** The callee that the first warning names; a warning is a failed call. */
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

/** An order goes as designed if its payment fails and its stock is released. */
export function sagaFailure(status: number, body: Record<string, unknown>) {
  if (status === 200) return 'completed'
  const { code, reason, compensation_executed } = (body.detail ?? {}) as Record<string, unknown>
  if (status === 503 && code === ('not_reserved' satisfies OrderCode)) return 'not_reserved'
  if (status !== 400) return undefined
  if (reason !== 'Payment processing failed') return 'payment_unknown'
  return compensation_executed === true ? undefined : 'not_compensated'
}
