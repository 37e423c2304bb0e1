/** Which request bodies are JSON. */
import type { Context } from 'hono'
import { HttpError } from '../../functions/http/refusal.ts'
import { headerOf } from './arrival.ts'

const json = 'application/json'

// A media type whose suffix says that it is JSON. RFC 6839, 3.1
const suffixed = /^application\/([a-z-.]+\+)?json(;\s*[a-z0-9-]+=[^;]+)*$/i

/**
 * Whether a body is JSON: by its media type, whatever the parameters after it, such as a charset,
 * because JSON is always UTF-8 (RFC 8259); or because it has no type.
 */
const isJson = (type: string | undefined) =>
  !type || type.split(';')[0]?.trim().toLowerCase() === json

/**
 * Refuses a body with a coding: none is supported. They are checked in the order of their
 * application: RFC 9110, 8.4, then RFC 9112, 6.1
 * @throws HttpError 415 or 501
 */
export function refuseCodings(c: Context): void {
  const content = headerOf(c, 'content-encoding')
  if (content && content.toLowerCase() !== 'identity') {
    c.header('Accept-Encoding', 'identity')
    throw new HttpError(
      415,
      `Content-Encoding: ${content} is not supported, send the body as it is`,
    )
  }
  const transfer = headerOf(c, 'transfer-encoding')
  if (transfer && transfer.toLowerCase() !== 'chunked')
    throw new HttpError(501, `Transfer-Encoding: ${transfer} is not supported`)
}

/**
 * Accepts bodies of JSON without a coding.
 * @throws HttpError 415 or 501
 */
export function acceptJson(c: Context): void {
  refuseCodings(c)
  const type = headerOf(c, 'content-type')
  if (type === json) return
  if (!isJson(type) && !suffixed.test(type ?? ''))
    throw new HttpError(415, 'Unsupported Media Type')
}
