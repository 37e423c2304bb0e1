/** Requests that may wait for the end of work, as their client prefers. RFC 7240, 4.3 */
import { z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { waitAtLeast } from '../wait.ts'
import type { Answers, Outcomes, Refusals } from './responses.ts'
import { get } from './route.ts'

// Shorter than what proxies and clients commonly wait for an answer.
const longestSeconds = 30

const wait = /(?:^|,)\s*wait\s*=\s*"?(\d{1,6})"?\s*(?:[,;]|$)/i

/** The seconds that a client prefers to wait; 0 without a preference, or with one that is no number. */
export const secondsOf = (prefer = ''): number =>
  Math.min(Number(wait.exec(prefer)?.[1] ?? 0), longestSeconds)

const headers = z.object({
  prefer: z
    .string()
    .optional()
    .openapi({ example: 'wait=10', description: `At most ${longestSeconds} s` }),
})

/**
 * A `GET` that waits for the end of work if its client prefers to. It holds no slot: a slot is for
 * work, and waiting clients must not keep others from it.
 */
export const getOrWait = <
  P extends string,
  Q extends z.ZodObject,
  A extends Answers,
  const R extends Refusals,
>(
  path: P,
  { params, ...outcomes }: { params: Q } & Outcomes<A, R>,
) => ({ ...get(path, { request: { params, headers }, ...outcomes }), 'x-takes-slot': false })

const firstPauseMs = 100
const longestPauseMs = 500

/**
 * Reads a state until it has ended, or for as long as the client prefers to wait and the service
 * does not end; returns the last that was read. It reads ten times a second at first, then twice.
 * @throws DOMException AbortError when the client disconnects
 */
export async function readUntil<T>(
  c: Pick<Context, 'req' | 'header'> & { env: { draining: AbortSignal } },
  read: () => Promise<T>,
  hasEnded: (state: T) => boolean,
): Promise<T> {
  const seconds = secondsOf(c.req.header('prefer'))
  if (seconds > 0) c.header('Preference-Applied', `wait=${seconds}`)
  const end = performance.now() + seconds * 1000
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(1.5 * pauseMs, longestPauseMs)) {
    const state = await read()
    const leftMs = end - performance.now()
    if (hasEnded(state) || leftMs <= 0 || c.env.draining.aborted) return state
    await waitAtLeast(Math.min(pauseMs, leftMs), c.req.raw.signal)
  }
}
