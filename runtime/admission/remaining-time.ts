import { arrivalOf } from '../http/arrival.ts'
import { currentRequest, type RequestContext } from '../telemetry/spans.ts'

/**
 * The header that says how long a caller will wait for its answer at most, in milliseconds, as
 * gRPC's `grpc-timeout` does.
 */
export const remainingHeader = 'x-request-timeout-ms'

/** Reads a caller's remaining time; infinite if the header is missing or invalid. */
const readRemaining = (header: string | undefined): number =>
  header !== undefined && /^\d{1,10}$/.test(header) ? Number(header) : Infinity

/**
 * Notes when the caller of a request will leave; returns what is left of its time, in milliseconds.
 */
export function noteDeadline(c: RequestContext): number {
  const remainingMs = readRemaining(c.req.header(remainingHeader))
  if (remainingMs !== Infinity) c.set('deadline', arrivalOf(c) + remainingMs)
  return remainingTime(c)
}

/**
 * What is left of the time that the caller of a request will wait, in milliseconds; 1 if it is
 * over.
 */
export function remainingTime(c: RequestContext | undefined = currentRequest()): number {
  const deadline = c?.get('deadline')
  return deadline === undefined ? Infinity : Math.max(1, deadline - performance.now())
}
