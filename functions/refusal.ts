import { HTTPException } from 'hono/http-exception'
import type { ContentfulStatusCode } from 'hono/utils/http-status'

/** Thrown to end a request with `status` and `{ detail }`. */
export class Refusal extends HTTPException {
  readonly detail: string | object

  constructor(
    status: ContentfulStatusCode,
    detail: string | object,
    options: { cause?: unknown } = {},
  ) {
    super(status, {
      message: typeof detail === 'string' ? detail : JSON.stringify(detail),
      ...options,
    })
    this.detail = detail
  }
}
