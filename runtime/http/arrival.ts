import type { Context } from 'hono'

/** What the listener says of a request in `c.env`. */
export type Arrival = {
  /** When its bytes arrived, as far as that can be known, by the clock of `performance.now()`. */
  arrivedMs: number
}

/** When a request arrived; now, for one that came over no socket. */
export const arrivalOf = ({ env }: Context): number =>
  (env as Partial<Arrival> | undefined)?.arrivedMs ?? performance.now()
