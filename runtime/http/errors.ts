import type { Context, ErrorHandler, NotFoundHandler } from 'hono'
import { HTTPException } from 'hono/http-exception'
import { isUnavailable } from '../../db/connection/unavailable.ts'
import { HttpError, retryAfterSeconds } from '../../functions/http/refusal.ts'
import type { UnavailableCode } from '../../model/unavailable.ts'
import { SlotRefusedError } from '../admission/slots.ts'
import { abandoned, ClientLeftError, hasLeft } from './arrival.ts'
import { BodyRefusedError } from './receive-body.ts'

const unavailable = (
  c: Context,
  detail: string | object,
  code?: UnavailableCode,
  retryAfter = retryAfterSeconds,
) => c.json({ detail, code }, 503, { 'Retry-After': retryAfter })

/** The answer to a path that no route has. */
export const notFound: NotFoundHandler = (c) => c.json({ detail: 'Not Found' }, 404)

/** The answer to a known path with a method that it has not. */
export const methodNotAllowed = (c: Context, allowed: string[]) =>
  c.json({ detail: 'Method Not Allowed' }, 405, { Allow: allowed.join(', ') })

/** Maps errors to responses: client errors keep their detail, faults are generic. */
export const onError: ErrorHandler = (error, c) => {
  if (hasLeft(c) || error instanceof ClientLeftError) return abandoned(c)
  if (error instanceof SlotRefusedError)
    return unavailable(c, 'No free slot: the service is busy, try again later', 'no_free_slot')
  if (isUnavailable(error))
    return unavailable(c, 'Database unavailable, try again later', 'database_unavailable')
  if (!(error instanceof HTTPException)) return c.json({ detail: 'Internal Server Error' }, 500)
  // The rest of the body may still come, or never: the connection is of no more use.
  if (error instanceof BodyRefusedError && error.reason !== 'too_large')
    c.header('Connection', 'close')
  if (!(error instanceof HttpError)) return c.json({ detail: error.message }, error.status)
  const { status, detail, code, retryAfterSeconds: seconds } = error
  return status === 503
    ? unavailable(c, detail, code, seconds?.toString())
    : c.json({ detail }, status)
}
