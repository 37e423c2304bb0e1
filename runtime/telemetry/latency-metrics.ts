import { createMiddleware } from 'hono/factory'
import { routePath } from 'hono/route'
import { Histogram, type Registry } from 'prom-client'
import { metrics } from '../../model/metrics.ts'
import { arrivalOf } from '../http/arrival.ts'

/** The latency of requests from the arrival of their bytes, and their wait for the event loop. */
export function createLatencyMetrics(registry: Registry, buckets: number[]) {
  const registers = [registry]
  const requestDuration = new Histogram({ ...metrics.requestDuration, buckets, registers })
  const loopWait = new Histogram({ ...metrics.loopWait, buckets, registers })
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
