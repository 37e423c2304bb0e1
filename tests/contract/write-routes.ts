import { inject } from 'vitest'
import { type FunctionName, functionNames } from '../../model/services.ts'
import { loadAcceptor, loadApp } from '../../runtime/apps.ts'

export type WriteRoute = {
  method: 'POST' | 'PUT'
  /** The route in OpenAPI's notation. */
  route: string
  /** The route with a seeded id for each parameter. */
  path: string
}

const isAsync = inject('style') === 'async'

/** A route of a function that takes a body; none if it only consumes messages. */
async function writeRouteOf(name: FunctionName): Promise<[FunctionName, WriteRoute][]> {
  const app = await (isAsync ? loadAcceptor(name) : loadApp(name))
  for (const definition of app?.openAPIRegistry.definitions ?? []) {
    if (definition.type !== 'route' || definition.route.method === 'get') continue
    const { method, path } = definition.route
    const as = method.toUpperCase() as 'POST' | 'PUT'
    return [[name, { method: as, route: path, path: path.replaceAll(/{\w+}/g, '1') }]]
  }
  if (isAsync) return []
  throw new Error(`The ${name} function has no route that takes a body`)
}

const found = (await Promise.all(functionNames.map(writeRouteOf))).flat()

/** For each function that takes a body, a route that does. */
export const writeRoutes: { [N in FunctionName]?: WriteRoute } = Object.fromEntries(found)
