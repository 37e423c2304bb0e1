import type { Context } from 'hono'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { SlotRefusedError } from '../admission/slots.ts'
import { listenerOf } from './arrival.ts'

/** Thrown if a request cannot continue because its client has left. */
export class ClientLeftError extends Error {
  override name = 'ClientLeftError'
}

// Never sent. It marks disconnected clients in logs and metrics, as in nginx.
const clientClosedRequest = 499 as ContentfulStatusCode

/** The outcome of a request whose client has left. */
export const abandoned = (c: Context) =>
  c.json({ detail: 'Client Closed Request' }, clientClosedRequest)

/** Whether a request's outcome is that its client has left. */
export const isAbandoned = ({ res }: Context): boolean => res.status === clientClosedRequest

/** Whether the client of a request has left. */
export function hasLeft(c: Context): boolean {
  const { outgoing } = listenerOf(c)
  // Under Node, the response has this state; the signal would have to be created first.
  return outgoing ? outgoing.destroyed || outgoing.closed : c.req.raw.signal.aborted
}

/** Whether an error only means that a client has left. */
export const isLeaving = (error: Error): boolean =>
  error instanceof ClientLeftError ||
  error.name === 'AbortError' ||
  (error instanceof SlotRefusedError && error.reason === 'client_left')
