import { HTTPException } from 'hono/http-exception'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import type { UnavailableCode } from '../../model/unavailable.ts'

/** Thrown to end a request with `status` and `{ detail }`. */
export class Refusal extends HTTPException {
  readonly detail: string | object
  /** The reason of a 503, for programs; inside the detail if that is an object. */
  readonly code: UnavailableCode | undefined

  constructor(
    status: ContentfulStatusCode,
    detail: string | object,
    { code, ...options }: { cause?: unknown; code?: UnavailableCode | undefined } = {},
  ) {
    super(status, {
      message: typeof detail === 'string' ? detail : JSON.stringify(detail),
      ...options,
    })
    this.detail = detail
    this.code = code
  }
}
