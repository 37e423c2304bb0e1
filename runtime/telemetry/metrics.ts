import { prometheus } from '@hono/prometheus'
import type { Context } from 'hono'
import { createMiddleware } from 'hono/factory'
import { routePath } from 'hono/route'
import type { Pool } from 'pg'
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import { settingNames, settingOf } from '../../model/settings.ts'
import type { SlotRefusal, Slots } from '../admission/slots.ts'
import type { Settings } from '../setting-schemas.ts'
import { createLatencyMetrics } from './latency-metrics.ts'

// They resolve 1 ms, 500 ms, 2 s and 10 s, the lengths of the scenarios, and go beyond 30 s, the
// limit of the queue: reports that share the cores take a minute and more.
const buckets = [
  0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 0.505, 0.55, 0.75, 1, 1.5, 2, 2.02, 2.2,
  2.5, 5, 7.5, 10, 10.1, 11, 12.5, 15, 20, 30, 45, 60, 90, 120,
]

type Options = { processMetrics?: boolean }

/** How an outgoing call ended: a status class such as `2xx`, or why there was none. */
export type CallOutcome = `${1 | 2 | 3 | 4 | 5}xx` | 'timeout' | 'abandoned' | 'unreachable'

/** The metrics of one container. Times are in seconds, as is usual in Prometheus. */
export function createMetrics({ processMetrics = true }: Options = {}) {
  const registry = new Registry()
  const registers = [registry]
  if (processMetrics) collectDefaultMetrics({ register: registry })
  const handler = (c: Context) => routePath(c, -1)
  const { printMetrics, registerMetrics } = prometheus({
    registry,
    metricOptions: {
      requestsTotal: { customLabels: { handler } },
      // It measures from the middleware; ours measures from the arrival of the bytes.
      requestDuration: { disabled: true },
    },
  })
  const inProgress = new Gauge({
    name: 'http_requests_in_progress',
    help: 'Requests being answered, those in the queue included',
    labelNames: ['method'],
    registers,
  })
  const countInProgress = createMiddleware(async (c, next) => {
    const { method } = c.req
    inProgress.inc({ method })
    try {
      await next()
    } finally {
      inProgress.dec({ method })
    }
  })
  return {
    registry,
    printMetrics,
    registerMetrics,
    ...createLatencyMetrics(registry, buckets),
    countInProgress,
    slotWait: new Histogram({
      name: 'slot_wait_seconds',
      help: 'Time from the whole request to its slot',
      buckets,
      registers,
    }),
    slotRefusals: new Counter<'reason'>({
      name: 'slot_refusals_total',
      help: 'Requests that got no slot',
      labelNames: ['reason'],
      registers,
    }),
    poolWait: new Histogram({
      name: 'db_pool_wait_seconds',
      help: 'Time that a query waited for its connection',
      buckets,
      registers,
    }),
    callDuration: new Histogram<'target' | 'outcome'>({
      name: 'outgoing_call_duration_seconds',
      help: 'Duration of calls to other services',
      labelNames: ['target', 'outcome'],
      buckets,
      registers,
    }),
    callsInProgress: new Gauge<'target'>({
      name: 'outgoing_calls_in_progress',
      help: 'Calls to other services being waited for',
      labelNames: ['target'],
      registers,
    }),
  }
}

export type Metrics = ReturnType<typeof createMetrics>

/** Adds gauges that are read when Prometheus asks. */
const gaugesIn = (registry: Registry) => (name: string, help: string, read: () => number) =>
  new Gauge({
    name,
    help,
    registers: [registry],
    collect() {
      this.set(read())
    },
  })

/** Shows the slots and the queue before them. */
export function watchSlots({ registry, slotRefusals }: Metrics, slots: Slots): void {
  const gauge = gaugesIn(registry)
  gauge('slots_in_use', 'Requests being worked on', () => slots.inUse)
  gauge('slots_limit', 'Requests that may be worked on at once', () => slots.concurrency)
  gauge('slot_queue_length', 'Requests waiting for a slot', () => slots.queued)
  gauge('slot_wait_estimate_seconds', 'How long a request that arrives now would wait', () =>
    slots.inUse < slots.concurrency ? 0 : slots.estimateWaitMs() / 1000,
  )
  gauge('slot_queue_limit', 'Requests that may wait for a slot', () => slots.queueLimit)
  for (const reason of [
    'queue_full',
    'wait_too_long',
    'queue_timeout',
    'client_left',
  ] satisfies SlotRefusal[])
    slotRefusals.inc({ reason }, 0)
}

/** Shows the database pool. */
export function watchPool({ registry }: Metrics, pool: Pool): void {
  const gauge = gaugesIn(registry)
  gauge(
    'db_pool_connections_in_use',
    'Connections that a query holds',
    () => pool.totalCount - pool.idleCount,
  )
  gauge('db_pool_connections_idle', 'Open connections that nobody holds', () => pool.idleCount)
  gauge('db_pool_connections_limit', 'Connections that may be open', () => pool.options.max)
  gauge('db_pool_waiting', 'Queries waiting for a connection', () => pool.waitingCount)
}

/**
 * Exports the settings that are numbers or choices, so that each measurement names its conditions.
 */
export function showSettings({ registry }: Metrics, settings: Settings): void {
  const gauge = new Gauge({
    name: 'lab_setting',
    help: 'A setting of this container, under the name of its environment variable',
    labelNames: ['name'],
    registers: [registry],
  })
  for (const [name, value] of Object.entries(settings))
    if (typeof value === 'number') gauge.set({ name }, value)
  const info = new Gauge({
    name: 'lab_setting_info',
    help: 'A setting of this container that is a word; always 1',
    labelNames: ['name', 'value'],
    registers: [registry],
  })
  for (const name of settingNames)
    if (settingOf(name).kind === 'choice') info.set({ name, value: String(settings[name]) }, 1)
}
