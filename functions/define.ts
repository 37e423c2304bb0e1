import { OpenAPIHono } from '@hono/zod-openapi'
import { createMiddleware } from 'hono/factory'
import type { FunctionName } from '../model/services.ts'
import type { Bindings } from './bindings.ts'

const places: Record<string, string> = { json: 'body', param: 'path' }

// The contract reads a request without Content-Type as JSON, a missing body included.
const assumeJson = createMiddleware(async (c, next) => {
  const { method } = c.req
  if ((method === 'POST' || method === 'PUT') && !c.req.header('content-type'))
    c.req.raw.headers.set('content-type', 'application/json')
  await next()
})

/**
 * A function: a Hono app that finds what it needs in `c.env` and refuses input that does not fit its contract with
 * 422 `{ detail: [{ loc, msg, type }] }`.
 */
export function defineFunction<N extends FunctionName, Variables extends object = object>() {
  const fn = new OpenAPIHono<{ Bindings: Bindings<N>; Variables: Variables }>({
    defaultHook: (result, c) => {
      if (result.success) return
      const place = places[result.target] ?? result.target
      const detail = result.error.issues.map(({ path, message, code }) => ({
        loc: [place, ...path],
        msg: message,
        type: code,
      }))
      return c.json({ detail }, 422)
    },
  })
  fn.use(assumeJson)
  return fn
}
