import type { Context } from 'hono'
import { HTTPException } from 'hono/http-exception'
import { headerOf } from './header.ts'
import { HttpError } from './refusal.ts'

const writing = ['POST', 'PUT']
const mediaType = 'application/json'
// A media type whose suffix says that it is JSON. RFC 6839, 3.1
const suffixed = /^application\/([a-z-.]+\+)?json(;\s*[a-z0-9-]+=[^;]+)*$/i

/** What a container leaves in the context of a request whose body it has received. */
export type BodyVariables = { bodyText?: string }

/**
 * Parameters after the media type, such as a charset, are ignored: JSON is always UTF-8 (RFC 8259).
 */
const isJson = (contentType: string) =>
  contentType.split(';')[0]?.trim().toLowerCase() === mediaType

/**
 * Refuses a body with a coding: none is supported. They are checked in the order of their
 * application: RFC 9110, 8.4, then RFC 9112, 6.1
 * @throws HttpError 415 or 501
 */
export function refuseCodings(c: Context): void {
  if (!writing.includes(c.req.method)) return
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

/** A body without a content type counts as JSON. */
function refuseOtherTypes(c: Context): void {
  const contentType = headerOf(c, 'content-type')
  if (!contentType || contentType === mediaType || isJson(contentType)) return
  if (!suffixed.test(contentType))
    throw new HTTPException(415, { message: 'Unsupported Media Type' })
}

/** @throws HTTPException 400, as hono's own validator does */
function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new HTTPException(400, { message: 'Malformed JSON in request body' })
  }
}

/**
 * Reads the body as JSON: at once if the container has received it, otherwise when it has arrived.
 * @throws HTTPException if its type is another one, if it has a coding, or if it is malformed
 */
export function readJson(c: Context<{ Variables: BodyVariables }>): unknown | Promise<unknown> {
  refuseOtherTypes(c)
  const text = c.get('bodyText')
  return text === undefined ? c.req.text().then(parse) : parse(text)
}
