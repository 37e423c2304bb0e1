import { OpenAPIHono, type z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import type { FunctionName } from '../../model/services.ts'
import type { Bindings } from '../bindings.ts'

const places: Record<string, string> = { json: 'body', param: 'path' }

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

/** A function: a Hono app that gets its resources from `c.env`. */
export function defineFunction<N extends FunctionName, Variables extends object = object>() {
  return new OpenAPIHono<{ Bindings: Bindings<N>; Variables: Variables }>({
    defaultHook: refuseInvalid,
  })
}
