import { OpenAPIHono } from '@hono/zod-openapi'
import type { FunctionName } from '../model/services.ts'
import type { Bindings } from './bindings.ts'
import { expectJson } from './json-body.ts'

const places: Record<string, string> = { json: 'body', param: 'path' }

/**
 * A function: a Hono app that gets its resources from `c.env`. Input that does not match the
 * contract is answered with 422 `{ detail: [{ loc, msg, type }] }`.
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
  fn.use(expectJson)
  return fn
}
