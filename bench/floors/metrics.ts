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

type InProgress = { inc: () => void; dec: () => void }
type Outcome = string | number
type Count = (seconds: number) => void

/** Counts what ends, in series that are bound once for each outcome. */
function counted(running: InProgress, bind: (outcome: Outcome) => Count) {
  const bound = new Map<Outcome, Count>()
  return {
    begin: () => running.inc(),
    end(outcome: Outcome, seconds: number) {
      bound.getOrInsertComputed(outcome, bind)(seconds)
      running.dec()
    },
  }
}

/** The metrics of one route. */
export const routeMetrics = (method: string, route: string) =>
  counted(inProgress.labels({ method }), (status) => {
    const labels = { method, status, ok: String(Number(status) < 300), route, handler: route }
    const series = { requests: requests.labels(labels), duration: duration.labels(labels) }
    return (seconds) => {
      series.requests.inc()
      series.duration.observe(seconds)
    }
  })

/** The metrics of the calls to one service. */
export const callMetrics = (target: string) =>
  counted(callsInProgress.labels({ target }), (outcome) => {
    const series = callDuration.labels({ target, outcome })
    return (seconds) => series.observe(seconds)
  })
