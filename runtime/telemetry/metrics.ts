import { prometheus } from '@hono/prometheus'
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import { metrics } from '../../model/metrics.ts'
import { watchCoreWait } from './core-wait.ts'
import { createRequestMetrics } from './request-metrics.ts'
import { spanLossReasons } from './span-loss.ts'

// They resolve 1 ms, 500 ms, 2 s and 10 s, the lengths of the scenarios, and go beyond 30 s, the
// limit of the queue: reports that share the cores take a minute and more.
export const buckets = [
  0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 0.505, 0.55, 0.75, 1, 1.5, 2, 2.02, 2.2,
  2.5, 5, 7.5, 10, 10.1, 11, 12.5, 15, 20, 30, 45, 60, 90, 120,
]

// How often the library looks at the event loop. By default 100 times a second, which wakes a service
// at rest; our own histogram of its delay looks often where there is something to see.
const loopPeriodMs = 1000

type Options = { processMetrics?: boolean }

/** How an outgoing call ended: a status class such as `2xx`, or why there was none. */
export type CallOutcome = `${1 | 2 | 3 | 4 | 5}xx` | 'timeout' | 'abandoned' | 'unreachable'

/** The metrics of one container. Times are in seconds, as is usual in Prometheus. */
export function createMetrics({ processMetrics = true }: Options = {}) {
  const registry = new Registry()
  const registers = [registry]
  if (processMetrics) {
    collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: loopPeriodMs })
    watchCoreWait({ registry })
  }
  // It counts and measures from its middleware; ours measures from the arrival of the bytes, and
  // counts without looking its labels up.
  const { printMetrics } = prometheus({
    registry,
    metricOptions: {
      requestsTotal: { ...metrics.requests, customLabels: { handler: () => '', via: () => '' } },
      requestDuration: { disabled: true },
    },
  })
  const requests = registry.getSingleMetric(metrics.requests.name) as Counter
  const spansDropped = new Counter({ ...metrics.spansDropped, registers })
  for (const reason of spanLossReasons) spansDropped.inc({ reason }, 0)
  return {
    registry,
    printMetrics,
    ...createRequestMetrics({ registry, buckets, requests }),
    loopWait: new Histogram({ ...metrics.loopWait, buckets, registers }),
    slotWait: new Histogram({ ...metrics.slotWait, buckets, registers }),
    slotRefusals: new Counter({ ...metrics.slotRefusals, registers }),
    poolWait: new Histogram({ ...metrics.poolWait, buckets, registers }),
    callDuration: new Histogram({ ...metrics.callDuration, buckets, registers }),
    callsInProgress: new Gauge({ ...metrics.callsInProgress, registers }),
    logLinesDropped: new Counter({ ...metrics.logLinesDropped, registers }),
    spansDropped,
  }
}

export type Metrics = ReturnType<typeof createMetrics>
