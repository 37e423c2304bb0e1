import type { Interval } from './quantiles.ts'

export type ClaimVerdict = 'confirmed' | 'refuted' | 'not resolved'

/** The values that a claim allows; either end may be open. */
export type Allowed = { atLeast?: number; atMost?: number }

/** A predicted value with the error that it may have: the larger one of a share and an amount. */
export const around = (
  value: number,
  { share = 0.05, amount = 0 }: { share?: number; amount?: number } = {},
): Allowed => {
  const error = Math.max(Math.abs(value) * share, amount)
  return { atLeast: value - error, atMost: value + error }
}

/**
 * Confirmed if the whole interval is allowed, refuted if nothing of it is, otherwise, and without
 * an interval, not resolved.
 */
export function judgeClaim(
  { atLeast = -Infinity, atMost = Infinity }: Allowed,
  measured: Interval | undefined,
): ClaimVerdict {
  if (!measured) return 'not resolved'
  if (measured.low >= atLeast && measured.high <= atMost) return 'confirmed'
  return measured.high < atLeast || measured.low > atMost ? 'refuted' : 'not resolved'
}
