import type { OpenAPIHono } from '@hono/zod-openapi'
import type { NotFoundHandler } from 'hono'
import { methodNotAllowed as checkMethod } from 'hono/method-not-allowed'
import { methodNotAllowed, notFound } from './errors.ts'
import { checkOrigin, type Origins } from './origins.ts'
import type { RequestLayer } from './request-layer.ts'

// What metrics and logs call the route of all requests that have none.
const noRoute = '/*'

type Options = { app: OpenAPIHono; layer: RequestLayer; origins: Origins }

/** Answers what no route matches: with 404, or with 405 if its path has another method. */
export function answerUnmatched({ app, layer, origins }: Options): NotFoundHandler {
  const check = checkMethod({ app, onMethodNotAllowed: methodNotAllowed })
  return (c) =>
    layer(c, noRoute, async () => {
      checkOrigin(c, origins)
      await check(c, async () => {
        c.res = await notFound(c)
      })
      return c.res
    })
}
