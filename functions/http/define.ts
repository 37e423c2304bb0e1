import { OpenAPIHono, type RouteConfig, type z } from '@hono/zod-openapi'
import type { Context, Handler, MiddlewareHandler, ValidationTargets } from 'hono'
import { validator } from 'hono/validator'
import { honoPattern } from '../../model/scenarios.ts'
import type { FunctionName } from '../../model/services.ts'
import type { AcceptBindings, Bindings } from '../bindings.ts'
import { explainInexact, parseBody, parseOptionalBody } from './json-body.ts'

const places: Partial<Record<keyof ValidationTargets, string>> = { json: 'body', param: 'path' }

/** Answers a part of a request that breaks its schema with 422 `{ detail: [{ loc, msg, type }] }`. */
function refuseInvalid(c: Context, target: keyof ValidationTargets, { issues }: z.core.$ZodError) {
  const place = places[target] ?? target
  const detail = issues.map(({ path, message, code }) => ({
    loc: [place, ...path],
    msg: message,
    type: code,
  }))
  return c.json({ detail }, 422)
}

const validate = (target: keyof ValidationTargets, schema: z.ZodType): MiddlewareHandler =>
  validator(target, (value, c) => {
    const parsed = schema.safeParse(value)
    return parsed.success ? (parsed.data as object) : refuseInvalid(c, target, parsed.error)
  })

/** Validates a JSON body. Hono's own validator would parse it by `JSON.parse`. */
export const validateBody =
  (schema: z.ZodType, parse = parseBody): MiddlewareHandler =>
  async (c, next) => {
    const parsed = schema.safeParse(parse(await c.req.text()), { error: explainInexact })
    if (!parsed.success) return refuseInvalid(c, 'json', parsed.error)
    c.req.addValidatedData('json', parsed.data as object)
    return next()
  }

/** The validators of a route, in the order of their checks. */
function validatorsOf({ request = {} }: RouteConfig): MiddlewareHandler[] {
  const json = (request.body?.content['application/json'] as { schema?: z.ZodType })?.schema
  const parts = { query: request.query, param: request.params, header: request.headers }
  const validators = Object.entries(parts).flatMap(([target, schema]) =>
    schema ? [validate(target as keyof ValidationTargets, schema as z.ZodType)] : [],
  )
  const parse = request.body?.required === false ? parseOptionalBody : parseBody
  return json ? [...validators, validateBody(json, parse)] : validators
}

/** A function: a Hono app that gets its resources from `c.env`. */
export const defineFunction = <N extends FunctionName, Variables extends object = object>() =>
  defineApp<Bindings<N>, Variables>()

/** The part of a function that accepts requests in the asynchronous style. */
export const defineAcceptor = <N extends FunctionName, Variables extends object = object>() =>
  defineApp<AcceptBindings<N>, Variables>()

function defineApp<B extends object, Variables extends object>() {
  const fn = new OpenAPIHono<{ Bindings: B; Variables: Variables }>()
  const openapi = (route: RouteConfig, handler: Handler) => {
    fn.openAPIRegistry.registerPath(route)
    return fn.on([route.method], [honoPattern(route.path)], ...validatorsOf(route), handler)
  }
  // The types of the method stay. Its own validators wait for three promises more each: they took
  // 16 % of a click on Bun.
  fn.openapi = openapi as unknown as typeof fn.openapi
  return fn
}
