import { OpenAPIHono, type z } from '@hono/zod-openapi'
import type { Context, MiddlewareHandler } from 'hono'
import type { FunctionName } from '../../model/services.ts'
import type { Bindings } from '../bindings.ts'
import { HttpError } from './refusal.ts'

const writing = ['POST', 'PUT']
const places: Record<string, string> = { json: 'body', param: 'path' }

const json = 'application/json'

/**
 * Whether a body is JSON: by its media type, whatever the parameters after it, such as a charset,
 * because JSON is always UTF-8 (RFC 8259); or because it has no type.
 */
const isJson = (type: string | undefined) =>
  !type || type.split(';')[0]?.trim().toLowerCase() === json

type Validated =
  | { success: true }
  | { success: false; target: string; error: { issues: z.core.$ZodIssue[] } }

/** Answers input that does not match the contract with 422 `{ detail: [{ loc, msg, type }] }`. */
function refuseInvalid(result: Validated, c: Context): Response | undefined {
  if (result.success) return undefined
  const place = places[result.target] ?? result.target
  const detail = result.error.issues.map(({ path, message, code }) => ({
    loc: [place, ...path],
    msg: message,
    type: code,
  }))
  return c.json({ detail }, 422)
}

/**
 * Has a body without a content type read as JSON, and refuses one with a coding: none is supported.
 * Codings are checked in the order of their application: RFC 9110, 8.4, then RFC 9112, 6.1
 * @throws HttpError 415 or 501
 */
export const acceptJson: MiddlewareHandler = (c, next) => {
  if (!writing.includes(c.req.method)) return next()
  const content = c.req.header('content-encoding')
  if (content && content.toLowerCase() !== 'identity') {
    c.header('Accept-Encoding', 'identity')
    throw new HttpError(
      415,
      `Content-Encoding: ${content} is not supported, send the body as it is`,
    )
  }
  const transfer = c.req.header('transfer-encoding')
  if (transfer && transfer.toLowerCase() !== 'chunked')
    throw new HttpError(501, `Transfer-Encoding: ${transfer} is not supported`)
  const type = c.req.header('content-type')
  if (type !== json && isJson(type)) c.req.raw.headers.set('content-type', json)
  return next()
}

/** A function: a Hono app that gets its resources from `c.env`. */
export function defineFunction<N extends FunctionName, Variables extends object = object>() {
  const fn = new OpenAPIHono<{ Bindings: Bindings<N>; Variables: Variables }>({
    defaultHook: refuseInvalid,
  })
  fn.use(acceptJson)
  return fn
}
