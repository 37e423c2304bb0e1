import { headerOf } from '../../functions/http/header.ts'
import { arrivalOf } from '../http/arrival.ts'
import { currentRequest, type RequestContext } from '../telemetry/spans.ts'

/**
 * The header with the longest time that a caller will wait, in milliseconds, like gRPC's
 * `grpc-timeout`.
 */
export const remainingHeader = 'x-request-timeout-ms'

/** Reads a caller's remaining time; infinite if the header is missing or invalid. */
const readRemaining = (header: string | undefined): number =>
  header !== undefined && /^\d{1,10}$/.test(header) ? Number(header) : Infinity

/**
 * Records when the caller of a request will stop waiting; returns the remaining time in
 * milliseconds.
 */
export function noteDeadline(c: RequestContext): number {
  const remainingMs = readRemaining(headerOf(c, remainingHeader))
  if (remainingMs !== Infinity) c.set('deadline', arrivalOf(c) + remainingMs)
  return remainingTime(c)
}

/**
 * The remaining time of a request's caller in milliseconds; 1 if it is over.
 */
export function remainingTime(c: RequestContext | undefined = currentRequest()): number {
  const deadline = c?.get('deadline')
  return deadline === undefined ? Infinity : Math.max(1, deadline - performance.now())
}
