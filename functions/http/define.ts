import { OpenAPIHono, type RouteConfig } from '@hono/zod-openapi'
import type { Handler } from 'hono'
import { honoPattern } from '../../model/scenarios.ts'
import type { FunctionName } from '../../model/services.ts'
import type { Bindings } from '../bindings.ts'
import { validated } from './validated.ts'

/**
 * A function: a Hono app that gets its resources from `c.env`. Input that does not match the
 * contract is answered with 422 `{ detail: [{ loc, msg, type }] }`.
 */
export function defineFunction<N extends FunctionName, Variables extends object = object>() {
  const fn = new OpenAPIHono<{ Bindings: Bindings<N>; Variables: Variables }>()
  const openapi = (route: RouteConfig, handler: Handler) => {
    fn.openAPIRegistry.registerPath(route)
    return fn.on(route.method, honoPattern(route.path), validated(route, handler))
  }
  // The types of the method stay: only the validation is ours.
  fn.openapi = openapi as unknown as typeof fn.openapi
  return fn
}
