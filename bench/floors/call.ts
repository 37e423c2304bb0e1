/** A call to another service, written by hand on undici's Pool. */
import type { RouteConfig } from '@hono/zod-openapi'
import { Pool } from 'undici'
import type { z } from 'zod'
import { type FunctionName, urlVariable } from '../../model/services.ts'
import { settings } from '../../model/settings.ts'
import { callMetrics } from './metrics.ts'

type Json = { content: { 'application/json': { schema: z.ZodType } } }

const timeoutMs = settings.CALL_TIMEOUT_MS.default

export type CallResult = { status: number; answer: unknown }

/** The schema of each status that the contract answers with. */
const schemasOf = ({ responses }: RouteConfig): Map<number, z.ZodType> =>
  new Map(
    Object.entries(responses)
      .filter(([status]) => Number(status) < 300)
      .map(([status, answer]) => [
        Number(status),
        (answer as Json).content['application/json'].schema,
      ]),
  )

/** Opens a pool to a service and returns the call of one of its routes. */
export function callerOf(target: FunctionName, route: RouteConfig, origin?: string) {
  const pool = new Pool(origin ?? process.env[urlVariable(target)] ?? '', {
    connections: settings.CONCURRENCY.default,
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
  })
  const metrics = callMetrics(target)
  const schemas = schemasOf(route)
  const request = {
    path: route.path,
    method: 'POST' as const,
    headers: { 'content-type': 'application/json' },
  }
  return async (body: object): Promise<CallResult> => {
    const start = performance.now()
    metrics.begin()
    let outcome = 'unreachable'
    try {
      const { statusCode, body: answer } = await pool.request({
        ...request,
        body: JSON.stringify(body),
      })
      outcome = `${Math.floor(statusCode / 100)}xx`
      const json = await answer.json()
      return { status: statusCode, answer: schemas.get(statusCode)?.parse(json) ?? json }
    } finally {
      metrics.end(outcome, (performance.now() - start) / 1000)
    }
  }
}
