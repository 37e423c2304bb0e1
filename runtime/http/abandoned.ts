import type { HttpBindings } from '@hono/node-server'
import type { Context } from 'hono'
import { createMiddleware } from 'hono/factory'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { SlotRefusedError } from '../admission/slots.ts'

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
export function hasLeft({ env, req }: Context): boolean {
  const { outgoing } = (env ?? {}) as Partial<HttpBindings>
  // Under Node, the response has this state; the signal would have to be created first.
  return outgoing ? outgoing.destroyed || outgoing.closed : req.raw.signal.aborted
}

/** Whether an error only means that a client has left. */
export const isLeaving = (error: Error): boolean =>
  error instanceof ClientLeftError ||
  error.name === 'AbortError' ||
  (error instanceof SlotRefusedError && error.reason === 'client_left')

/**
 * Changes the outcome to 499 if the client has left, so that the request does not count as another
 * outcome.
 */
export const noteAbandoned = createMiddleware(async (c, next) => {
  await next()
  if (hasLeft(c)) c.res = abandoned(c)
})
