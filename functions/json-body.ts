import type { Context } from 'hono'
import { createMiddleware } from 'hono/factory'
import { Refusal } from './refusal.ts'

const writing = ['POST', 'PUT']
const mediaType = 'application/json'

/** What of a content type comes after its media type, such as a charset, says nothing about JSON: it is always UTF-8 (RFC 8259). */
const isJson = (contentType: string) =>
  contentType.split(';')[0]?.trim().toLowerCase() === mediaType

/** Codings are applied in this order, and no body may have any: it is read as it is. RFC 9110, 8.4 and RFC 9112, 6.1 */
function refuseCodings(c: Context): void {
  const content = c.req.header('content-encoding')
  if (content && content.toLowerCase() !== 'identity') {
    c.header('Accept-Encoding', 'identity')
    throw new Refusal(415, `Content-Encoding: ${content} is not supported, send the body as it is`)
  }
  const transfer = c.req.header('transfer-encoding')
  if (transfer && transfer.toLowerCase() !== 'chunked')
    throw new Refusal(501, `Transfer-Encoding: ${transfer} is not supported`)
}

/**
 * Prepares a request's body to be read as JSON: one without a content type is JSON, a missing body included, and so is
 * `application/json` with whatever parameters, empty ones included. A coded body is refused with 415.
 */
export const expectJson = createMiddleware(async (c, next) => {
  if (!writing.includes(c.req.method)) return next()
  refuseCodings(c)
  const contentType = c.req.header('content-type')
  const isPlain = contentType === mediaType
  if (!isPlain && (!contentType || isJson(contentType)))
    c.req.raw.headers.set('content-type', mediaType)
  return next()
})
