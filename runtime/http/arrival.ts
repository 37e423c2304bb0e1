import type { HttpBindings } from '@hono/node-server'
import type { Context } from 'hono'
import type { ReadHeaders } from '../../functions/http/header.ts'
import type { Outgoing } from './outgoing.ts'

/** What the listener says of a request in `c.env`. */
export type Arrival = ReadHeaders & {
  /** Under Node. `rawBody` is what came of its body with its headers, if that is all of it. */
  incoming?: HttpBindings['incoming'] & { rawBody?: Buffer }
  outgoing?: Outgoing
  /** Under Bun, a small body: its text, or the promise of it if it is still to come. */
  text?: string | Promise<string>
  /** When its bytes arrived, as far as that can be known, by the clock of `performance.now()`. */
  arrivedMs?: number
}

/** What the listener says of a request; nothing of one that came over no socket. */
export const listenerOf = ({ env }: Context): Arrival => (env as Arrival | undefined) ?? {}

/** When a request arrived; now, for one that came over no socket. */
export const arrivalOf = (c: Context, now = performance.now()): number =>
  listenerOf(c).arrivedMs ?? now
