import type { Context, ErrorHandler, NotFoundHandler } from 'hono'
import { HTTPException } from 'hono/http-exception'
import { isUnavailable } from '../../db/unavailable.ts'
import { Refusal } from '../../functions/refusal.ts'
import { SlotRefusedError } from '../admission/slots.ts'
import { abandoned, ClientLeftError, hasLeft } from './abandoned.ts'
import { BodyRefusedError } from './bodies.ts'

// Long enough for a burst to drain, short enough not to leave slots empty. RFC 9110, 10.2.3.
const retryAfterSeconds = '1'

const unavailable = (c: Context, detail: string | object) =>
  c.json({ detail }, 503, { 'Retry-After': retryAfterSeconds })

/** The answer to a path that no route has. */
export const notFound: NotFoundHandler = (c) => c.json({ detail: 'Not Found' }, 404)

/** The answer to a known path with a method that it has not. */
export const methodNotAllowed = (c: Context, allowed: string[]) =>
  c.json({ detail: 'Method Not Allowed' }, 405, { Allow: allowed.join(', ') })

/** The one place that turns what was thrown into an answer: what is meant for clients speaks, a fault stays generic outside. */
export const onError: ErrorHandler = (error, c) => {
  if (hasLeft(c) || error instanceof ClientLeftError) return abandoned(c)
  if (error instanceof SlotRefusedError)
    return unavailable(c, 'No free slot: the service is busy, try again later')
  if (isUnavailable(error)) return unavailable(c, 'Database unavailable, try again later')
  if (!(error instanceof HTTPException)) return c.json({ detail: 'Internal Server Error' }, 500)
  // The rest of the body may still come, or never: the connection is of no more use.
  if (error instanceof BodyRefusedError && error.reason !== 'too_large')
    c.header('Connection', 'close')
  const detail = error instanceof Refusal ? error.detail : error.message
  if (error.status === 503) return unavailable(c, detail)
  // Hono's validator calls malformed JSON a bad request; the contract calls it invalid input.
  const malformed = error.status === 400 && error.message.startsWith('Malformed JSON')
  if (malformed)
    return c.json(
      { detail: [{ loc: ['body'], msg: 'is not valid JSON', type: 'json_invalid' }] },
      422,
    )
  return c.json({ detail }, error.status)
}
