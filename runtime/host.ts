import { OpenAPIHono } from '@hono/zod-openapi'
import type { MiddlewareHandler } from 'hono'
import { contextStorage } from 'hono/context-storage'
import { createMiddleware } from 'hono/factory'
import { methodNotAllowed as checkMethod } from 'hono/method-not-allowed'
import { requestId } from 'hono/request-id'
import { timing } from 'hono/timing'
import type { Level, Logger } from 'pino'
import { Refusal } from '../functions/refusal.ts'
import { honoPattern } from '../model/scenarios.ts'
import { limitBody } from './body-limit.ts'
import { docs } from './docs.ts'
import { methodNotAllowed, notFound, onError } from './errors.ts'
import { faultSwitch } from './fault-switch.ts'
import type { Faults } from './faults.ts'
import { probes } from './health.ts'
import type { Metrics } from './metrics.ts'
import { allowOrigins, type Origins, refuseCrossOrigin } from './origins.ts'
import { presetMetrics } from './preset-metrics.ts'
import { readRemaining, remainingHeader } from './remaining-time.ts'
import { requestLog } from './request-log.ts'
import { SlotRefusedError, type SlotRequest, type Slots } from './slots.ts'
import { collectSpans, type RequestVariables, recordSpan } from './telemetry/spans.ts'

export type HostOptions = {
  service: string
  metrics: Metrics
  slots: Slots
  logger: Logger
  /** What is missing before requests can be served; empty where nothing is. */
  missing: () => Promise<string[]>
  /** Whether the function may be asked at all, as opposed to being still prepared. */
  prepared?: () => boolean
  /** Whether the container is shutting down: answers then ask their clients to close the connection. */
  draining?: () => boolean
  /** What goes wrong on purpose. */
  faults?: Faults
  /** Whether that can be changed while the container runs. */
  faultSwitchable?: boolean
  /** Sends the spans of each request on, if somebody collects them. */
  exportSpans?: MiddlewareHandler | undefined
  /** The level of a request that went as designed. */
  logLevel?: Level
  maxBodyBytes?: number
  /** Other origins whose pages may read and write. */
  origins?: Origins
}

/** Admits a request to the function: once that is prepared, and when a slot is free. */
const admit = ({ slots, metrics, faults, prepared = () => true }: HostOptions) =>
  createMiddleware<{ Variables: RequestVariables }>(async (c, next) => {
    if (!prepared()) throw new Refusal(503, 'Database unavailable, try again later')
    const remainingMs = readRemaining(c.req.header(remainingHeader))
    const deadline = performance.now() + remainingMs
    if (remainingMs !== Infinity) c.set('deadline', deadline)
    if (!slots.tryAcquire())
      await waitForSlot(slots, metrics, { signal: c.req.raw.signal, remainingMs })
    else metrics.slotWait.observe(0)
    const start = performance.now()
    try {
      if (faults?.isActive()) await faults.inject(c.req.raw.signal)
      await next()
    } finally {
      slots.release(performance.now() - start)
    }
  })

async function waitForSlot(
  slots: Slots,
  { slotWait, slotRefusals }: Metrics,
  request: SlotRequest,
): Promise<void> {
  const start = performance.now()
  try {
    await slots.acquire(request)
    slotWait.observe((performance.now() - start) / 1000)
  } catch (error) {
    if (error instanceof SlotRefusedError) slotRefusals.inc({ reason: error.reason })
    throw error
  } finally {
    recordSpan({ name: 'queue', start })
  }
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
 * Puts one function into its container: probes, metrics and docs first, so that they stay uncounted and need no slot; then
 * what every request passes; then, for the function's own routes, admission and the record of where the time goes.
 */
export function host(fn: OpenAPIHono, options: HostOptions): OpenAPIHono {
  const {
    service,
    metrics,
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
  if (faults && faultSwitchable) app.route('/', faultSwitch(faults))
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
    refuseCrossOrigin(origins),
    checkMethod({ app, onMethodNotAllowed: methodNotAllowed }),
  )
  const routes = routesOf(fn)
  for (const { method, path } of routes) {
    const pattern = honoPattern(path)
    if (exportSpans) app.on(method, pattern, exportSpans)
    app.on(method, pattern, contextStorage(), collectSpans, admit(options), limitBody(maxBodyBytes))
  }
  app.route('/', fn)
  app.notFound(notFound)
  app.onError(onError)
  presetMetrics(metrics, routes)
  return app
}
