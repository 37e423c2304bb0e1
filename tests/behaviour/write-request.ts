import { z } from '@hono/zod-openapi'
import fc from 'fast-check'
import type { FunctionName } from '../../model/services.ts'
import { loadApp } from '../../runtime/apps.ts'
import { writeRoutes } from '../contract/write-routes.ts'
import { type JsonSchema, validFor } from '../json-schema.ts'

export type WriteRequest = { method: 'POST' | 'PUT'; path: string; body: object }

/** A valid request, generated from the schema of a function's first route with a body. */
export async function writeRequestOf(name: FunctionName): Promise<WriteRequest> {
  const { method, route, path } = writeRoutes[name]
  const { definitions } = (await loadApp(name)).openAPIRegistry
  const found = definitions.find(
    (definition) => definition.type === 'route' && definition.route.path === route,
  )
  if (found?.type !== 'route') throw new Error(`The ${name} function has no route ${route}`)
  const content = found.route.request?.body?.content as {
    'application/json': { schema: z.ZodType }
  }
  const { schema } = content['application/json']
  const json = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as JsonSchema
  const bodies = fc.sample(validFor(json), { numRuns: 100, seed: 1 })
  const body = bodies.find((candidate) => schema.safeParse(candidate).success)
  return { method, path, body: body as object }
}
