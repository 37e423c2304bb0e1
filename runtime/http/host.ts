import { OpenAPIHono } from '@hono/zod-openapi'
import type { MiddlewareHandler } from 'hono'
import { contextStorage } from 'hono/context-storage'
import { createMiddleware } from 'hono/factory'
import { methodNotAllowed as checkMethod } from 'hono/method-not-allowed'
import { requestId } from 'hono/request-id'
import { timing } from 'hono/timing'
import type { Level, Logger } from 'pino'
import { honoPattern } from '../../model/scenarios.ts'
import { type Admission, admit } from '../admission/admit.ts'
import { faultSwitch } from '../faults/fault-switch.ts'
import { presetMetrics } from '../telemetry/preset-metrics.ts'
import { requestLog } from '../telemetry/request-log.ts'
import { collectSpans } from '../telemetry/spans.ts'
import { noteAbandoned } from './abandoned.ts'
import type { Bodies } from './bodies.ts'
import { docs } from './docs.ts'
import { methodNotAllowed, notFound, onError } from './errors.ts'
import { probes } from './health.ts'
import { allowOrigins, type Origins, refuseCrossOrigin } from './origins.ts'
import { receiveBody } from './receive-body.ts'

export type HostOptions = Admission & {
  service: string
  bodies: Bodies
  logger: Logger
  /** What is missing before requests can be served; empty if nothing is. */
  missing: () => Promise<string[]>
  /**
   * Whether the container is shutting down: answers then ask their clients to close the connection.
   */
  draining?: () => boolean
  /** Whether that can be changed while the container runs. */
  faultSwitchable?: boolean
  /** Exports the spans of each request, if an endpoint is set. */
  exportSpans?: MiddlewareHandler | undefined
  /** The level of a request that went as designed. */
  logLevel?: Level
  maxBodyBytes?: number
  /** Other origins whose pages may read and write. */
  origins?: Origins
}

const closeWhileDraining = (draining: () => boolean) =>
  createMiddleware(async (c, next) => {
    await next()
    if (draining()) c.header('Connection', 'close')
  })

/** The routes of a function. */
export const routesOf = (fn: OpenAPIHono) =>
  fn.openAPIRegistry.definitions.flatMap((definition) =>
    definition.type === 'route' ? [definition.route] : [],
  )

/**
 * Puts one function into its container: probes, metrics and docs first, so that they stay uncounted
 * and need no slot; then
 * what every request passes; then, for the function's own routes, admission and the record of where
 * the time goes.
 */
export function host(fn: OpenAPIHono, options: HostOptions): OpenAPIHono {
  const {
    service,
    metrics,
    bodies,
    missing,
    logger,
    faults,
    faultSwitchable = false,
    exportSpans,
    logLevel = 'info',
    draining = () => false,
    maxBodyBytes = 1 << 20,
    origins = [],
  } = options
  const app = new OpenAPIHono()
  if (origins.length > 0) app.use(allowOrigins(origins))
  app.use('/faults', refuseCrossOrigin(origins))
  app.route('/', probes({ service, missing, faults }))
  if (faults && faultSwitchable) app.route('/', faultSwitch(faults, bodies))
  app.get('/metrics', metrics.printMetrics)
  app.route('/', docs({ title: service }))
  app.doc31('/openapi.json', { openapi: '3.1.0', info: { title: service, version: '1.0.0' } })
  app.use(
    metrics.registerMetrics,
    metrics.measureDuration,
    metrics.countInProgress,
    closeWhileDraining(draining),
    requestId(),
    timing(),
  )
  app.use(
    requestLog({ logger, level: logLevel }),
    noteAbandoned,
    refuseCrossOrigin(origins),
    checkMethod({ app, onMethodNotAllowed: methodNotAllowed }),
  )
  const routes = routesOf(fn)
  const received = receiveBody(bodies, maxBodyBytes)
  for (const { method, path } of routes) {
    const pattern = honoPattern(path)
    if (exportSpans) app.on(method, pattern, exportSpans)
    app.on(method, pattern, contextStorage(), collectSpans, received, admit(options))
  }
  app.route('/', fn)
  app.notFound(notFound)
  app.onError(onError)
  presetMetrics(metrics, routes)
  return app
}
