import type { Context } from 'hono'
import { servedByHeader } from '../../model/served-by.ts'
import type { Metrics } from '../telemetry/metrics.ts'
import { requestIdOf } from '../telemetry/request-id.ts'
import { createRequestLog, type RequestLogOptions } from '../telemetry/request-log.ts'
import { type RequestContext, serverTimingOf } from '../telemetry/spans.ts'
import { type MaybePromise, settled } from '../when.ts'
import { abandoned, hasLeft } from './abandoned.ts'
import { arrivalOf, listenerOf } from './arrival.ts'
import { onError } from './errors.ts'
import { replica } from './served-by.ts'

export type RequestLayerOptions = RequestLogOptions & {
  metrics: Metrics
  /**
   * Whether the container is shutting down: answers then ask their clients to close the connection.
   */
  draining?: (() => boolean) | undefined
  /** Exports the spans of each request to a function, if an endpoint is set. */
  exportSpans?: ExportSpans | undefined
}

/** Exports the spans of a request that began at `begunMs`, once it has been answered. */
export type ExportSpans = (c: RequestContext, handler: string, begunMs: number) => void

/** Adds headers to the response of a request. Under Node, one on a Response copies all of them. */
function addHeaders(c: Context, headers: Record<string, string>): void {
  const { outgoing } = listenerOf(c)
  if (outgoing) outgoing.further = headers
  else for (const name in headers) c.res.headers.set(name, headers[name] as string)
}

function refuse(c: Context, error: Error): MaybePromise<Response> {
  c.error = error
  return onError(error, c)
}

/**
 * What every counted request passes: its id, its metrics, its log line, its time. It is one layer
 * instead of a middleware for each, which costs a promise and a turn of Hono's `compose` for each,
 * and it waits only if the work does.
 */
export function createRequestLayer(options: RequestLayerOptions) {
  const { metrics, draining, exportSpans } = options
  const log = createRequestLog(options)

  function end(c: RequestContext, handler: string, begunMs: number, arrivedMs: number): Response {
    // It must not count as another outcome.
    if (hasLeft(c)) c.res = abandoned(c)
    const endMs = performance.now()
    const headers: Record<string, string> = {
      'x-request-id': requestIdOf(c),
      [servedByHeader]: replica,
      'server-timing': serverTimingOf(c, endMs - begunMs),
    }
    if (draining?.()) headers.connection = 'close'
    addHeaders(c, headers)
    exportSpans?.(c, handler, begunMs)
    log.answered(c, { handler, ms: endMs - begunMs })
    const { method } = c.req
    const seconds = (endMs - arrivedMs) / 1000
    metrics.countRequest({ method, handler, status: c.res.status, seconds })
    metrics.requestEnds(method)
    return c.res
  }

  /**
   * Answers a request with the response of `work`, or with the refusal that it throws.
   * @param handler the pattern of its route
   */
  return function answer(
    c: RequestContext,
    handler: string,
    work: () => MaybePromise<Response>,
  ): MaybePromise<Response> {
    const begunMs = performance.now()
    const arrivedMs = arrivalOf(c, begunMs)
    metrics.loopWait.observe((begunMs - arrivedMs) / 1000)
    metrics.requestBegins(c.req.method)
    log.arrived(c)
    const failed = (error: Error) => refuse(c, error)
    return settled(work, failed, (response) => {
      if (!c.finalized) c.res = response
      return end(c, handler, begunMs, arrivedMs)
    })
  }
}

export type RequestLayer = ReturnType<typeof createRequestLayer>
