/** Between listener and host: what is known of a request, and whether its client is still there. */
import type { HttpBindings } from '@hono/node-server'
import type { Context } from 'hono'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import type { Envelope, QueueName } from '../../model/messages.ts'
import type { Gating } from '../admission/gated-requests.ts'
import { SlotRefusedError } from '../admission/slots.ts'
import type { Outgoing } from './node/fast-path.ts'

/** The listener's facts about a request. */
export type Arrival = {
  /** By lower-case name. One look into the headers of a `Request` takes half a microsecond on Bun. */
  headers?: Readonly<Record<string, string | string[] | undefined>>
  /** Under Node. `rawBody` is a body that came with its headers. */
  incoming?: HttpBindings['incoming'] & { rawBody?: Buffer }
  outgoing?: Outgoing
  /** Under Bun, a small body, or the promise of it if it is still to come. */
  body?: Uint8Array | Promise<Uint8Array>
  /** The message that it delivers, and the queue that had it. */
  message?: { envelope: Envelope; queue: QueueName }
  /** When its bytes arrived, as far as that can be known, by the clock of `performance.now()`. */
  arrivedMs?: number
}

/** The place of these facts in `c.env`, where no function can meet them. */
const arrival = Symbol('arrival')

/**
 * How long a connection stays open between two requests: opening those of its calls would double
 * the time of the first request after a rest. A balancer counts silent connections against its
 * limit, as that of deploy/swarm does: a minute of rest is worth that, longer ones are not.
 */
export const keepAliveSeconds = 75

export type ListenOptions = {
  fetch: (request: Request, arrival: Arrival) => Response | Promise<Response>
  port: number
  hostname: string
  gating: Gating
  /** How long the headers of a request may take to arrive, in milliseconds. */
  requestTimeoutMs: number
}

/**
 * A listening server; `close` refuses new connections at once and resolves when every accepted
 * request has its answer.
 */
export type Listener = {
  port: number
  close: () => Promise<void>
  /** Cuts every connection and refuses new ones, as a container does that has crashed. */
  suspend: () => Promise<void>
  /** Listens again, on the same port. */
  resume: () => Promise<void>
}

export type App = { fetch: (request: Request, env: object) => Response | Promise<Response> }

/** Hands requests to an app: `c.env` is the bindings of its function, and the listener's facts. */
export const bindArrivals =
  (app: App, bindings: object) =>
  (request: Request, facts: Arrival): Response | Promise<Response> =>
    app.fetch(request, { ...bindings, [arrival]: facts })

/** The listener's facts about a request; empty for in-process requests. */
export const arrivalOf = ({ env }: Context): Arrival =>
  (env as { [arrival]?: Arrival } | undefined)?.[arrival] ?? {}

/** A header of a request, by its name in lower case. */
export function headerOf(c: Context, name: string): string | undefined {
  const { headers } = arrivalOf(c)
  return headers ? (headers[name] as string | undefined) : c.req.header(name)
}

/** Ends a request that cannot continue because its client has left. */
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
  const { outgoing } = arrivalOf(c)
  // Under Node, the response has this state; the signal would have to be created first.
  return outgoing ? outgoing.destroyed || outgoing.closed : c.req.raw.signal.aborted
}

/** Whether an error only means that a client has left. */
export const isLeaving = (error: Error): boolean =>
  error instanceof ClientLeftError ||
  error.name === 'AbortError' ||
  (error instanceof SlotRefusedError && error.reason === 'client_left')
