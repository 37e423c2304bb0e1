import { createMiddleware } from 'hono/factory'
import { routePath } from 'hono/route'
import { Histogram, type Registry } from 'prom-client'
import { arrivalOf } from '../http/arrival.ts'

/** The latency of requests from the arrival of their bytes, and their wait for the event loop. */
export function createLatencyMetrics(registry: Registry, buckets: number[]) {
  const registers = [registry]
  const requestDuration = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Duration of HTTP requests in seconds, from the arrival of their bytes',
    labelNames: ['method', 'status', 'ok', 'route', 'handler'],
    buckets,
    registers,
  })
  const loopWait = new Histogram({
    name: 'loop_wait_seconds',
    help: 'Time from the arrival of a request until the event loop began it',
    buckets,
    registers,
  })
  const measureDuration = createMiddleware(async (c, next) => {
    const arrivedMs = arrivalOf(c)
    loopWait.observe((performance.now() - arrivedMs) / 1000)
    try {
      await next()
    } finally {
      const { status, ok } = c.res
      const labels = { method: c.req.method, status: String(status), ok: String(ok) }
      requestDuration.observe(
        { ...labels, route: routePath(c), handler: routePath(c, -1) },
        (performance.now() - arrivedMs) / 1000,
      )
    }
  })
  return { requestDuration, loopWait, measureDuration }
}
