import type { HttpBindings } from '@hono/node-server'
import type { Context } from 'hono'
import { createMiddleware } from 'hono/factory'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { SlotRefusedError } from '../admission/slots.ts'

/** Thrown where a request cannot go on, as its client has left. */
export class ClientLeftError extends Error {
  override name = 'ClientLeftError'
}

// No client receives it; logs and metrics tell it from other outcomes by it, as nginx's do.
const clientClosedRequest = 499 as ContentfulStatusCode

/** The outcome of a request whose client has left. */
export const abandoned = (c: Context) =>
  c.json({ detail: 'Client Closed Request' }, clientClosedRequest)

/** Whether a request's outcome is that its client has left. */
export const isAbandoned = ({ res }: Context): boolean => res.status === clientClosedRequest

/** Whether the client of a request has left. */
export function hasLeft({ env, req }: Context): boolean {
  const { outgoing } = (env ?? {}) as Partial<HttpBindings>
  // Node's own answer knows, and is cheaper to ask than a signal that would be made for it.
  return outgoing ? outgoing.destroyed || outgoing.closed : req.raw.signal.aborted
}

/** Whether an error says no more than that a client has left. */
export const isLeaving = (error: Error): boolean =>
  error instanceof ClientLeftError ||
  error.name === 'AbortError' ||
  (error instanceof SlotRefusedError && error.reason === 'client_left')

/** Turns the outcome of each request whose client has left meanwhile into 499, whatever it was, so that it counts as no other. */
export const noteAbandoned = createMiddleware(async (c, next) => {
  await next()
  if (hasLeft(c)) c.res = abandoned(c)
})
