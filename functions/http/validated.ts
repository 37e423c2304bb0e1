/** A route's input, checked against its contract before its handler runs. */
import type { RouteConfig, z } from '@hono/zod-openapi'
import type { Context, Handler, Next } from 'hono'
import { readJson, refuseCodings } from './json-body.ts'

type Target = 'query' | 'param' | 'header' | 'json'

type Check = { target: Target; schema: z.ZodObject; read: (c: Context) => object }

const places: Partial<Record<Target, string>> = { json: 'body', param: 'path' }

/** The query as one value per name, or a list where a name occurs several times. */
const queryOf = (c: Context) =>
  Object.fromEntries(
    Object.entries(c.req.queries()).map(([name, values]) => [
      name,
      values.length === 1 ? values[0] : values,
    ]),
  )

const headersOf = (schema: z.ZodObject) => (c: Context) =>
  Object.fromEntries(Object.keys(schema.shape).map((name) => [name, c.req.header(name)]))

/** What a route checks besides its body, in the order of the checks. */
function checksOf({ query, params, headers }: NonNullable<RouteConfig['request']>): Check[] {
  const checks: Check[] = []
  if (query) checks.push({ target: 'query', schema: query as z.ZodObject, read: queryOf })
  if (params)
    checks.push({ target: 'param', schema: params as z.ZodObject, read: (c) => c.req.param() })
  if (headers) {
    const schema = headers as z.ZodObject
    checks.push({ target: 'header', schema, read: headersOf(schema) })
  }
  return checks
}

/** Leaves a valid value for `c.req.valid`; answers 422 `{ detail: [{ loc, msg, type }] }` to another. */
function refuseInvalid(
  c: Context,
  target: Target,
  schema: z.ZodType,
  value: unknown,
): Response | undefined {
  const parsed = schema.safeParse(value)
  if (parsed.success) {
    c.req.addValidatedData(target, parsed.data as object)
    return undefined
  }
  const place = places[target] ?? target
  const detail = parsed.error.issues.map(({ path, message, code }) => ({
    loc: [place, ...path],
    msg: message,
    type: code,
  }))
  return c.json({ detail }, 422)
}

/**
 * Puts the validation of a route before its handler, as one handler: a request whose body is there
 * is validated without a promise. hono's validators are a middleware and several promises each,
 * which together cost more than the validation.
 */
export function validated({ request = {} }: RouteConfig, handler: Handler): Handler {
  const checks = checksOf(request)
  const content = request.body?.content['application/json'] as { schema?: z.ZodType } | undefined
  const body = content?.schema
  const runOn = (c: Context, next: Next, schema: z.ZodType, value: unknown) =>
    refuseInvalid(c, 'json', schema, value) ?? handler(c, next)
  return (c, next) => {
    refuseCodings(c)
    for (const { target, schema, read } of checks) {
      const refusal = refuseInvalid(c, target, schema, read(c))
      if (refusal) return refusal
    }
    if (!body) return handler(c, next)
    const value = readJson(c)
    return value instanceof Promise
      ? value.then((read) => runOn(c, next, body, read))
      : runOn(c, next, body, value)
  }
}
