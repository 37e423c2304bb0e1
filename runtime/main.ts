/** One container: config → bindings → host → listen, until a signal ends it. */
import { services } from '../model/services.ts'
import { styles } from '../model/styles.ts'
import { createLoopGate } from './admission/loop-gate.ts'
import { createSlots } from './admission/slots.ts'
import { loadApp } from './apps.ts'
import { openBindings } from './bindings.ts'
import { createFaults } from './faults/faults.ts'
import { bindArrivals } from './http/arrival.ts'
import { type HostOptions, host, routesOf } from './http/host.ts'
import { explainListenError, listen } from './http/listen.ts'
import { corsHeaders, ownHosts } from './http/origins.ts'
import { createBodies } from './http/receive-body.ts'
import { ConfigError, parseConfig } from './settings/config.ts'
import { settle } from './settle.ts'
import { traceSources } from './stack-traces.ts'
import { watchSlots } from './telemetry/gauges.ts'
import { showMachine, showSettings } from './telemetry/info-metrics.ts'
import { createLogger } from './telemetry/logger.ts'
import { countRefused, watchLoop } from './telemetry/loop-metrics.ts'
import { createMetrics } from './telemetry/metrics.ts'

traceSources()

function readConfig() {
  try {
    return parseConfig(process.env)
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    console.error(`Cannot start: \n${error.message}`)
    process.exit(1)
  }
}

const prepareMs = 2000
// Long enough for the others of a lab to start as well.
const settleMs = 1500

const config = readConfig()
const { name: service, logLevel } = services[config.FUNCTION]
const metrics = createMetrics()
const logger = createLogger({ service, level: config.LOG_LEVEL, metrics })
const slots = createSlots({
  concurrency: config.CONCURRENCY,
  queueLimit: config.QUEUE_LIMIT,
  queueTimeoutMs: config.QUEUE_TIMEOUT_MS,
})
const gate = createLoopGate({ waitLimitMs: config.LOOP_WAIT_LIMIT_MS })
watchSlots(metrics, slots)
watchLoop(metrics, gate)
const bodies = createBodies({
  metrics,
  timeoutMs: config.BODY_TIMEOUT_MS,
  bufferBytes: config.BODY_BUFFER_BYTES,
})
showSettings(metrics, config)
showMachine(metrics)

const faults = createFaults(metrics)
const switchable = config.FAULT_SWITCH === 'on'
const brokerFault =
  switchable && config.STYLE === 'async' && config.BROKER !== 'embedded'
    ? (await import('./faults/broker-fault.ts')).createBrokerFault()
    : undefined
const mayFail = switchable || config.FAULTS[config.FUNCTION] !== undefined

// Its database answers while the function is read.
const opening = openBindings({ config, metrics, logger })
const fn = await loadApp(config.FUNCTION)
const bindings = await opening
const { traces } = config
const spanExport = traces
  ? (await import('./telemetry/span-export.ts')).createSpanExport({
      service,
      broker: config.BROKER,
      traces,
      metrics,
      logger,
    })
  : undefined
const messaging =
  config.STYLE === 'async' && bindings.database
    ? await (await import('./messaging/open-messaging.ts')).openMessaging({
        ...{ config, metrics, logger, gate, fn },
        ...{ database: bindings.database, env: bindings.env, reach: brokerFault?.reach },
      })
    : undefined
const { app: served, env } = messaging ?? { app: fn, env: bindings.env }
// Exit, because this container cannot recover; a restarted one may find the database usable.
const endUnusable = (reason: string) => {
  logger.fatal(reason)
  process.exit(1)
}
void bindings.unusable.then(endUnusable)
void messaging?.unusable.then(endUnusable)
const drain = new AbortController()

async function findMissing(): Promise<string[]> {
  if (drain.signal.aborted) return ['shutting down']
  return [...(await bindings.missing()), ...(messaging?.missing() ?? [])]
}

const hostOptions: HostOptions = {
  service,
  metrics,
  slots,
  bodies,
  logger,
  missing: findMissing,
  prepared: messaging?.isPrepared ?? bindings.prepared,
  messaging: messaging?.health,
  describeMessages: messaging?.describe,
  draining: drain.signal,
  ...(mayFail && { faults }),
  exportSpans: spanExport?.exportSpans,
  faultSwitchable: switchable,
  brokerFault,
  origins: config.CORS_ORIGINS,
  hosts: [...ownHosts(service, styles[config.STYLE]), ...config.ALLOWED_HOSTS],
  ...(logLevel && { level: logLevel }),
}
const app = host(served, hostOptions)
messaging?.start(hostOptions)

// A container refuses connections until it is ready. If its database stays unavailable, it starts
// and answers 503.
await Promise.all([bindings.untilPrepared(prepareMs), messaging?.untilPrepared(prepareMs)])

const listener = await listen({
  fetch: bindArrivals(app, env),
  port: config.PORT,
  hostname: config.HOST,
  gating: {
    gate,
    onRefused: countRefused(metrics, routesOf(served), logger),
    corsOf: corsHeaders(config.CORS_ORIGINS),
  },
  requestTimeoutMs: config.BODY_TIMEOUT_MS,
}).catch((error: NodeJS.ErrnoException) => {
  logger.fatal({ err: error }, explainListenError(error, { host: config.HOST, port: config.PORT }))
  process.exit(1)
})
faults.control(listener)
faults.set(config.FAULTS[config.FUNCTION])
logger.info({ port: listener.port, ...(faults.current && { faults: faults.current }) }, 'listening')
process.send?.({ port: listener.port })
setTimeout(settle, settleMs).unref()

/**
 * Refuses new connections, answers accepted requests, closes all resources and exits with code 0.
 */
async function shutDown(reason: string): Promise<void> {
  if (drain.signal.aborted) return
  drain.abort()
  faults.set(undefined)
  await brokerFault?.set(undefined)
  logger.info({ reason }, 'shutting down: completing accepted requests')
  await Promise.all([listener.close(), messaging?.drain()])
  await messaging?.close()
  await brokerFault?.close()
  await bindings.close()
  await spanExport?.close()
  logger.info('stopped')
  process.exit(0)
}

for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void shutDown(signal))
// The channel closes when the parent process ends.
process.on('disconnect', () => void shutDown('starter is gone'))
process.on('uncaughtException', (err) => {
  logger.fatal({ err }, 'unexpected fault')
  process.exit(1)
})
