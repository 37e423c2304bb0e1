import { OpenAPIHono } from '@hono/zod-openapi'
import type { AnyApp } from '../apps.ts'
import { routesOf } from '../http/host.ts'

type Read = { method: string; path: string }

const isRead = ({ method }: Read) => method.toUpperCase() === 'GET'

/**
 * What clients reach in the asynchronous style: the acceptor of a function, if it has one, and the
 * reads of the function itself that the acceptor does not answer.
 */
export function createPortApp(fn: AnyApp, acceptor: AnyApp | undefined): OpenAPIHono {
  const app = new OpenAPIHono()
  const known: Read[] = acceptor ? [...acceptor.routes, ...routesOf(acceptor)] : []
  const isMissing = (read: Read) =>
    isRead(read) && !known.some((other) => isRead(other) && other.path === read.path)
  if (acceptor) app.route('/', acceptor)
  for (const { method, path, handler } of fn.routes.filter(isMissing)) app.on(method, path, handler)
  for (const route of routesOf(fn).filter(isMissing)) app.openAPIRegistry.registerPath(route)
  return app
}
