import type { Context } from 'hono'
import { createMiddleware } from 'hono/factory'
import { Refusal } from './refusal.ts'

const writing = ['POST', 'PUT']
const mediaType = 'application/json'

/**
 * Parameters after the media type, such as a charset, are ignored: JSON is always UTF-8 (RFC 8259).
 */
const isJson = (contentType: string) =>
  contentType.split(';')[0]?.trim().toLowerCase() === mediaType

/**
 * Codings are not supported. They are checked in the order of their application: RFC 9110, 8.4,
 * then RFC 9112, 6.1
 */
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
 * Prepares the body to be parsed as JSON: a body without a content type counts as JSON, and so does
 * `application/json` with any parameters. A body with a content coding is refused with 415.
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
