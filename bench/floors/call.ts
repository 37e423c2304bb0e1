/** A call to another service, written by hand on undici's Pool. */
import type { RouteConfig } from '@hono/zod-openapi'
import { Pool } from 'undici'
import type { z } from 'zod'
import { type FunctionName, urlVariable } from '../../model/services.ts'
import { settings } from '../../model/settings.ts'
import { callMetrics } from './metrics.ts'
import type { Entry } from './serve.ts'

type Json = { content: { 'application/json': { schema: z.ZodType } } }

const timeoutMs = settings.CALL_TIMEOUT_MS.default

type CallResult = { status: number; answer: unknown }

/** Opens a pool to a service and returns the call of one of its routes. */
export function callerOf(target: FunctionName, route: RouteConfig, origin?: string) {
  const pool = new Pool(origin ?? process.env[urlVariable(target)] ?? '', {
    connections: settings.CONCURRENCY.default,
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
  })
  const metrics = callMetrics(target)
  return async (body: object, entry: Entry): Promise<CallResult> => {
    const start = performance.now()
    metrics.begin()
    let outcome = 'unreachable'
    try {
      const { statusCode, body: answer } = await pool.request({
        path: route.path,
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-request-id': entry.request_id },
        body: JSON.stringify(body),
      })
      outcome = `${Math.floor(statusCode / 100)}xx`
      const json = await answer.json()
      if (statusCode >= 300) return { status: statusCode, answer: json }
      const { schema } = (route.responses[statusCode] as Json).content['application/json']
      return { status: statusCode, answer: schema.parse(json) }
    } finally {
      const ms = performance.now() - start
      entry.hops_ms[target] = (entry.hops_ms[target] ?? 0) + ms
      metrics.end(outcome, ms / 1000)
    }
  }
}
