import { inject } from 'vitest'
import { scenarios } from '../../model/scenarios.ts'
import { type FunctionName, functionNames } from '../../model/services.ts'
import { loadApp } from '../../runtime/apps.ts'

export type WriteRoute = {
  method: 'POST' | 'PUT'
  /** The route in OpenAPI's notation. */
  route: string
  /** The route with a seeded id for each parameter. */
  path: string
}

type Entry = [FunctionName, WriteRoute]

async function writeRouteOf(name: FunctionName): Promise<Entry> {
  const app = await loadApp(name)
  for (const definition of app.openAPIRegistry.definitions) {
    if (definition.type !== 'route' || definition.route.method === 'get') continue
    const { method, path } = definition.route
    const as = method.toUpperCase() as 'POST' | 'PUT'
    return [name, { method: as, route: path, path: path.replaceAll(/{\w+}/g, '1') }]
  }
  throw new Error(`The ${name} function has no route that takes a body`)
}

/** The requests that the asynchronous style accepts: those of the scenarios. */
const accepted = scenarios.map(({ function: name, method, route, request }): Entry => {
  const { path } = request({ unique: '', count: 0 })
  return [name, { method, route, path }]
})

const found =
  inject('style') === 'async' ? accepted : await Promise.all(functionNames.map(writeRouteOf))

/** For each function that takes a body, a route that does. */
export const writeRoutes: { [N in FunctionName]?: WriteRoute } = Object.fromEntries(found)
