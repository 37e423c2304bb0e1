/** The time of day of moments on the clock of `performance.now()`. */

/**
 * How far a process may be from the time of day, in milliseconds: `Date.now()` is in whole ones, and a
 * clock that is being set right moves by less.
 */
export const clockToleranceMs = 10

// The fine one of the start of the process; it does not follow when the clock is set.
let origin = performance.timeOrigin

/**
 * The zero of `performance.now()`, in milliseconds since 1970. It moves only when the clock of the
 * machine was set, so that the spans of a request lie within each other.
 */
export function clockOrigin(): number {
  const drift = Date.now() - (origin + performance.now())
  if (Math.abs(drift) > clockToleranceMs) origin += drift
  return origin
}
