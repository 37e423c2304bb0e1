import { OpenAPIHono } from '@hono/zod-openapi'
import type { NotFoundHandler } from 'hono'
import { methodNotAllowed as checkMethod } from 'hono/method-not-allowed'
import { honoPattern } from '../../model/scenarios.ts'
import { type Admission, admit, requirePrepared } from '../admission/admit.ts'
import type { BrokerFault } from '../faults/broker-fault.ts'
import { brokerFaultSwitch, faultSwitch } from '../faults/fault-switch.ts'
import { presetMetrics } from '../telemetry/request-metrics.ts'
import { docs } from './docs.ts'
import { methodNotAllowed, notFound, onError } from './errors.ts'
import { type MessagingHealth, probes } from './health.ts'
import { nameReplica, type ObserveOptions, observeRequests } from './observe-requests.ts'
import { allowOrigins, refuseForeign, type Trusted } from './origins.ts'
import { type Bodies, receiveBody } from './receive-body.ts'

export type HostOptions = Admission &
  ObserveOptions &
  Trusted & {
    service: string
    bodies: Bodies
    /** What is missing before requests can be served; empty if nothing is. */
    missing: () => Promise<string[]>
    /** In the asynchronous style, whether messages are accepted and consumed. */
    messaging?: (() => MessagingHealth) | undefined
    /** In the asynchronous style, the AsyncAPI document of its messages. */
    describeMessages?: (() => Promise<object>) | undefined
    /** Whether faults can be changed while the container runs. */
    faultSwitchable?: boolean
    /** Those of the way to the broker, if it is not the database. */
    brokerFault?: BrokerFault | undefined
  }

/** The routes of a function. */
export const routesOf = (fn: OpenAPIHono) =>
  fn.openAPIRegistry.definitions.flatMap((definition) =>
    definition.type === 'route' ? [definition.route] : [],
  )

const unobserved = [
  '/health',
  '/ready',
  '/faults/*',
  '/metrics',
  '/docs/*',
  '/openapi.json',
  '/asyncapi.json',
]

/**
 * Puts one function into its container. Probes, metrics and docs come first, so that they stay
 * uncounted and need no slot. Every other request is observed; one to the function is received
 * whole, then admitted.
 */
export function host(fn: OpenAPIHono, options: HostOptions): OpenAPIHono {
  const { service, metrics, bodies, missing, faults, describeMessages, origins = [] } = options
  const app = new OpenAPIHono()
  if (origins.length > 0) app.use(allowOrigins(origins))
  for (const path of ['/health', '/ready', '/faults/*']) app.use(path, nameReplica)
  for (const path of unobserved) app.use(path, refuseForeign(options))
  app.route('/', probes({ service, missing, faults, messaging: options.messaging }))
  if (faults && options.faultSwitchable) {
    app.route('/', faultSwitch(faults, bodies))
    app.route('/', brokerFaultSwitch(options.brokerFault, bodies))
  }
  app.get('/metrics', metrics.printMetrics)
  app.route('/', docs({ title: service }))
  app.doc31('/openapi.json', { openapi: '3.1.0', info: { title: service, version: '1.0.0' } })
  if (describeMessages) app.get('/asyncapi.json', async (c) => c.json(await describeMessages()))
  app.use(observeRequests(options))
  app.use(refuseForeign(options))
  for (const { method, path, 'x-takes-slot': takesSlot = true } of routesOf(fn)) {
    const admission = takesSlot ? admit(options) : requirePrepared(options)
    app.on(method, honoPattern(path), receiveBody(bodies), admission)
  }
  app.route('/', fn)
  app.notFound(answerUnmatched(app))
  app.onError(onError)
  presetMetrics(metrics, routesOf(fn))
  return app
}

/** Answers a path that no route has with 404, and a known one with 405. */
function answerUnmatched(app: OpenAPIHono): NotFoundHandler {
  const check = checkMethod({ app, onMethodNotAllowed: methodNotAllowed })
  return async (c) => {
    await check(c, async () => {
      c.res = await notFound(c)
    })
    return c.res
  }
}
