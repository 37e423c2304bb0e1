import type { Gating } from '../admission/gated-requests.ts'
import type { Arrival } from './arrival.ts'

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

/**
 * Listens with the server that is native to the runtime: node:http under Node, `Bun.serve` under
 * Bun.
 */
export async function listen(options: ListenOptions): Promise<Listener> {
  if ('Bun' in globalThis) return (await import('./bun/listen.ts')).listenOnBun(options)
  return (await import('./node/listen.ts')).listenOnNode(options)
}
