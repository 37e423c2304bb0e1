import type { Counter, Registry } from 'prom-client'
import { Gauge, Histogram } from 'prom-client'
import { metrics } from '../../model/metrics.ts'

/** A request that has its answer, or was refused before it had a Context. */
export type CountedRequest = {
  method: string
  /** The pattern of its route, or the one value of all requests without a route. */
  handler: string
  status: number
  /** From the arrival of its bytes. */
  seconds: number
}

type Options = { registry: Registry; buckets: number[]; requests: Counter }

/** The labels of a request's series. */
export function labelsOf({ method, handler, status }: Omit<CountedRequest, 'seconds'>) {
  const ok = String(status >= 200 && status < 300)
  return { method, route: handler, status: String(status), ok, handler }
}

/** Makes a value once for each key. */
function once<K, T>(make: (key: K) => T): (key: K) => T {
  const made = new Map<K, T>()
  return (key) => {
    let value = made.get(key)
    if (value === undefined) {
      value = make(key)
      made.set(key, value)
    }
    return value
  }
}

/** Counts requests and their durations. The series of an outcome is looked up once, then kept. */
export function createRequestMetrics({ registry, buckets, requests }: Options) {
  const registers = [registry]
  const requestDuration = new Histogram({ ...metrics.requestDuration, buckets, registers })
  const inProgress = new Map<string, number>()
  new Gauge({
    ...metrics.requestsInProgress,
    registers,
    collect() {
      for (const [method, count] of inProgress) this.set({ method }, count)
    },
  })
  const change = (method: string, by: number) =>
    inProgress.set(method, (inProgress.get(method) ?? 0) + by)

  const seriesOf = once((handler: string) =>
    once((method: string) =>
      once((status: number) => {
        const labels = labelsOf({ method, handler, status })
        return { count: requests.labels(labels), duration: requestDuration.labels(labels) }
      }),
    ),
  )

  return {
    requests,
    requestDuration,
    requestBegins: (method: string) => void change(method, 1),
    requestEnds: (method: string) => void change(method, -1),
    countRequest({ method, handler, status, seconds }: CountedRequest): void {
      const { count, duration } = seriesOf(handler)(method)(status)
      count.inc()
      duration.observe(seconds)
    },
  }
}
