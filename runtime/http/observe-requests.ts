import { hostname } from 'node:os'
import type { Context } from 'hono'
import { createMiddleware } from 'hono/factory'
import { routePath } from 'hono/route'
import { servedByHeader } from '../../model/routes.ts'
import type { Metrics } from '../telemetry/metrics.ts'
import { requestIdOf } from '../telemetry/propagation.ts'
import { createRequestLog, type RequestLogOptions } from '../telemetry/request-log.ts'
import {
  asCurrent,
  noteLoopWait,
  type RequestContext,
  type RequestVariables,
  serverTimingOf,
} from '../telemetry/spans.ts'
import { abandoned, arrivalOf, hasLeft } from './arrival.ts'

export type ObserveOptions = RequestLogOptions & {
  metrics: Metrics
  /**
   * Aborts when the container shuts down: answers then ask their clients to close the connection.
   */
  draining?: AbortSignal | undefined
  /** Exports the spans of each request to a function, if an endpoint is set. */
  exportSpans?: ExportSpans | undefined
}

/** Exports the spans of a request that began at `begunMs`, once it has been answered. */
export type ExportSpans = (c: RequestContext, handler: string, begunMs: number) => void

/** The name of this replica. */
const replica = hostname()

/** Names this replica in responses that are not observed. */
export const nameReplica = createMiddleware(async (c, next) => {
  await next()
  c.res.headers.set(servedByHeader, replica)
})

/** Adds headers to the response of a request. Under Node, one on a Response copies all of them. */
function addHeaders(c: Context, headers: Record<string, string>): void {
  const { outgoing } = arrivalOf(c)
  if (outgoing) outgoing.further = headers
  else for (const name in headers) c.res.headers.set(name, headers[name] as string)
}

/**
 * Observes every counted request: its id, metrics, spans, log line and time. One middleware for all
 * of them, because they share the beginning and the end of a request.
 */
export function observeRequests(options: ObserveOptions) {
  const { metrics, draining, exportSpans } = options
  const log = createRequestLog(options)

  function end(c: RequestContext, begunMs: number, arrivedMs: number): void {
    // It must not count as another outcome.
    if (hasLeft(c)) c.res = abandoned(c)
    const handler = routePath(c, -1)
    const endMs = performance.now()
    addHeaders(c, {
      'x-request-id': requestIdOf(c),
      [servedByHeader]: replica,
      'server-timing': serverTimingOf(c, endMs - begunMs),
      ...(draining?.aborted && { connection: 'close' }),
    })
    exportSpans?.(c, handler, begunMs)
    log.answered(c, { handler, ms: endMs - begunMs })
    const seconds = (endMs - arrivedMs) / 1000
    metrics.countRequest({ method: c.req.method, handler, status: c.res.status, seconds })
    metrics.requestEnds(c.req.method)
  }

  return createMiddleware<{ Variables: RequestVariables }>(async (c, next) => {
    const begunMs = performance.now()
    const { arrivedMs = begunMs } = arrivalOf(c)
    metrics.loopWait.observe((begunMs - arrivedMs) / 1000)
    metrics.requestBegins(c.req.method)
    log.arrived(c)
    noteLoopWait(c, arrivedMs)
    await asCurrent(c, next)
    end(c, begunMs, arrivedMs)
  })
}
