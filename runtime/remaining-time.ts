import { currentRequest } from './telemetry/spans.ts'

/** The header that says how long a caller will wait for its answer at most, in milliseconds, as gRPC's `grpc-timeout` does. */
export const remainingHeader = 'x-request-timeout-ms'

/** Reads a caller's remaining time; one that says nothing, or nothing that can be read, has all the time. */
export const readRemaining = (header: string | undefined): number =>
  header !== undefined && /^\d{1,10}$/.test(header) ? Number(header) : Infinity

/** What is left of the time that the caller of the current request will wait, in milliseconds; 1 where it is over. */
export function remainingTime(): number {
  const deadline = currentRequest()?.get('deadline')
  return deadline === undefined ? Infinity : Math.max(1, deadline - performance.now())
}
