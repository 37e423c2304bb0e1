import type { HttpBindings } from '@hono/node-server'
import type { Context } from 'hono'

/** What the listener says of a request in `c.env`. */
export type Arrival = {
  /** Under Node. `rawBody` is what came of its body with its headers, if that is all of it. */
  incoming?: HttpBindings['incoming'] & { rawBody?: Buffer }
  outgoing?: HttpBindings['outgoing']
  /** When its bytes arrived, as far as that can be known, by the clock of `performance.now()`. */
  arrivedMs?: number
}

/** What the listener says of a request; nothing of one that came over no socket. */
export const listenerOf = ({ env }: Context): Arrival => (env as Arrival | undefined) ?? {}

/** When a request arrived; now, for one that came over no socket. */
export const arrivalOf = (c: Context, now = performance.now()): number =>
  listenerOf(c).arrivedMs ?? now

/**
 * A header of a request, by its name in lower case. Under Node it is read where the parser left it:
 * that of a Request is searched among all header lines.
 */
export function headerOf(c: Context, name: string): string | undefined {
  const { incoming } = listenerOf(c)
  return incoming ? (incoming.headers[name] as string | undefined) : c.req.header(name)
}
