/** Requests that are refused: by the shop as an outcome, by HTTP as an error. */
import type { Context } from 'hono'
import { HTTPException } from 'hono/http-exception'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import type { OrderCode, UnavailableCode } from '../../model/unavailable.ts'

type HttpErrorOptions = {
  cause?: unknown
  code?: UnavailableCode | undefined
  retryAfterSeconds?: number
}

/** Thrown to end a request with `status` and `{ detail }` before it reaches the shop. */
export class HttpError extends HTTPException {
  readonly detail: string | object
  /** The reason of a 503, for programs; inside the detail if that is an object. */
  readonly code: UnavailableCode | undefined
  /** After how many seconds a 503 asks to try again, if not as usual. */
  readonly retryAfterSeconds: number | undefined

  constructor(
    status: ContentfulStatusCode,
    detail: string | object,
    { code, retryAfterSeconds, ...options }: HttpErrorOptions = {},
  ) {
    super(status, {
      message: typeof detail === 'string' ? detail : JSON.stringify(detail),
      ...options,
    })
    this.detail = detail
    this.code = code
    this.retryAfterSeconds = retryAfterSeconds
  }
}

// Long enough to drain a burst, short enough to keep the slots busy. RFC 9110, 10.2.3.
export const retryAfterSeconds = '1'

/** The HTTP status of each reason for which the shop refuses a request. */
const statusOf = { taken: 400, unknown: 404, conflict: 409, unavailable: 503 } as const

type Reason = keyof typeof statusOf

/** An outcome of the shop that is no success, without its transport. */
export type Refusal<R extends Reason = Reason> = {
  refused: R
  detail: string | { code: OrderCode; [field: string]: unknown }
  cause?: unknown
}

/** Whether an outcome of the shop is a refusal. */
export const isRefusal = <T extends object>(outcome: T | Refusal): outcome is Refusal =>
  'refused' in outcome

/** Answers with a refusal of the shop. The log tells it from a success and from a fault. */
export function refuse<R extends Reason>(c: Context, { refused, detail, cause }: Refusal<R>) {
  const status = statusOf[refused]
  c.error = new HttpError(status, detail, { cause })
  if (status === 503) c.header('Retry-After', retryAfterSeconds)
  return c.json({ detail }, status)
}
