/** The metrics of a container, written by hand: bound once to the labels of each series. */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import { buckets } from '../../runtime/telemetry/metrics.ts'

const registry = new Registry()
const registers = [registry]
const labelNames = ['method', 'status', 'ok', 'route', 'handler'] as const

collectDefaultMetrics({ register: registry })

const requests = new Counter({
  name: 'http_requests_total',
  help: 'HTTP requests',
  labelNames,
  registers,
})

const histogram = <T extends string>(name: string, labels: readonly T[]) =>
  new Histogram({ name, help: name, labelNames: labels, buckets, registers })

const gauge = <T extends string>(name: string, label: T) =>
  new Gauge({ name, help: name, labelNames: [label], registers })

const duration = histogram('http_request_duration_seconds', labelNames)
const inProgress = gauge('http_requests_in_progress', 'method')
const callDuration = histogram('outgoing_call_duration_seconds', ['target', 'outcome'])
const callsInProgress = gauge('outgoing_calls_in_progress', 'target')

/** All metrics as Prometheus reads them. */
export const printMetrics = (): Promise<string> => registry.metrics()

/** Makes a value once for each key. */
function once<T>(make: (key: string) => T): (key: string | number) => T {
  const made = new Map<string | number, T>()
  return (key) => {
    const value = made.get(key) ?? make(String(key))
    made.set(key, value)
    return value
  }
}

/** The metrics of one route. */
export function routeMetrics(method: string, route: string) {
  const byStatus = once((status) => {
    const labels = { method, status, ok: String(Number(status) < 300), route, handler: route }
    return { requests: requests.labels(labels), duration: duration.labels(labels) }
  })
  const running = inProgress.labels({ method })
  return {
    begin: () => running.inc(),
    end(status: number, seconds: number) {
      const series = byStatus(status)
      series.requests.inc()
      series.duration.observe(seconds)
      running.dec()
    },
  }
}

/** The metrics of the calls to one service. */
export function callMetrics(target: string) {
  const byOutcome = once((outcome) => callDuration.labels({ target, outcome }))
  const running = callsInProgress.labels({ target })
  return {
    begin: () => running.inc(),
    end(outcome: string, seconds: number) {
      byOutcome(outcome).observe(seconds)
      running.dec()
    },
  }
}
