import { OpenAPIHono } from '@hono/zod-openapi'
import { faultSwitch } from '../faults/fault-switch.ts'
import { presetMetrics } from '../telemetry/preset-metrics.ts'
import { docs } from './docs.ts'
import { onError } from './errors.ts'
import { probes } from './health.ts'
import { type MountOptions, mount, routesOf } from './mount.ts'
import { allowOrigins, refuseCrossOrigin } from './origins.ts'
import { createRequestLayer, type RequestLayerOptions } from './request-layer.ts'
import { nameReplica } from './served-by.ts'
import { answerUnmatched } from './unmatched.ts'

export type HostOptions = MountOptions &
  RequestLayerOptions & {
    service: string
    /** What is missing before requests can be served; empty if nothing is. */
    missing: () => Promise<string[]>
    /** Whether faults can be changed while the container runs. */
    faultSwitchable?: boolean
  }

/**
 * Puts one function into its container: probes, metrics and docs first, so that they stay uncounted
 * and need no slot; then the function's own routes, behind admission and the layer that every
 * counted request passes.
 */
export function host(fn: OpenAPIHono, options: HostOptions): OpenAPIHono {
  const { service, metrics, bodies, missing, faults, origins = [] } = options
  const app = new OpenAPIHono()
  if (origins.length > 0) app.use(allowOrigins(origins))
  for (const path of ['/health', '/ready', '/faults']) app.use(path, nameReplica)
  app.use('/faults', refuseCrossOrigin(origins))
  app.route('/', probes({ service, missing, faults }))
  if (faults && options.faultSwitchable) app.route('/', faultSwitch(faults, bodies))
  app.get('/metrics', metrics.printMetrics)
  app.route('/', docs({ title: service }))
  app.doc31('/openapi.json', { openapi: '3.1.0', info: { title: service, version: '1.0.0' } })
  const layer = createRequestLayer(options)
  mount(app, fn, { ...options, layer })
  app.notFound(answerUnmatched({ app, layer, origins }))
  app.onError(onError)
  presetMetrics(metrics, routesOf(fn))
  return app
}
