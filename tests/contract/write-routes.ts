import { type FunctionName, functionNames } from '../../model/services.ts'
import { loadApp } from '../../runtime/apps.ts'

export type WriteRoute = {
  method: 'POST' | 'PUT'
  /** The route in OpenAPI's notation. */
  route: string
  /** The route with a seeded id for each parameter. */
  path: string
}

async function writeRouteOf(name: FunctionName): Promise<WriteRoute> {
  const app = await loadApp(name)
  for (const definition of app.openAPIRegistry.definitions) {
    if (definition.type !== 'route' || definition.route.method === 'get') continue
    const { method, path } = definition.route
    return {
      method: method.toUpperCase() as 'POST' | 'PUT',
      route: path,
      path: path.replaceAll(/{\w+}/g, '1'),
    }
  }
  throw new Error(`The ${name} function has no route that takes a body`)
}

const found = functionNames.map(async (name) => [name, await writeRouteOf(name)])

/** For each function, a route that takes a body. */
export const writeRoutes: Record<FunctionName, WriteRoute> = Object.fromEntries(
  await Promise.all(found),
)
