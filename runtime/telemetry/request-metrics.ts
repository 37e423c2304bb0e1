import { type Counter, Gauge, Histogram, type Registry } from 'prom-client'
import { metrics } from '../../model/metrics.ts'
import { honoPattern } from '../../model/scenarios.ts'

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

  const countIn = (further: { via?: 'message' }) => {
    const seriesOf = once((handler: string) =>
      once((method: string) =>
        once((status: number) => {
          const labels = { ...labelsOf({ method, handler, status }), ...further }
          return { count: requests.labels(labels), duration: requestDuration.labels(labels) }
        }),
      ),
    )
    return ({ method, handler, status, seconds }: CountedRequest): void => {
      const { count, duration } = seriesOf(handler)(method)(status)
      count.inc()
      duration.observe(seconds)
    }
  }

  return {
    requests,
    requestDuration,
    requestBegins: (method: string) => void change(method, 1),
    requestEnds: (method: string) => void change(method, -1),
    /** Counts a request of a client. */
    countRequest: countIn({}),
    /** Counts a request by which a message was delivered. */
    countDelivery: countIn({ via: 'message' }),
  }
}

export type Route = { method: string; path: string; responses: Record<string, unknown> }

/** What a function answers when it did its work: its success and, if it has one, its designed 400. */
const servedStatuses = ({ responses }: Route) => [
  ...new Set([Number(Object.keys(responses)[0] ?? 200), ...('400' in responses ? [400] : [])]),
]

/**
 * Lets every route's series exist from the start, at 0: its counter for what it serves, 499, 500 and
 * 503, its histogram for what it serves. So a ratio has a value in a healthy run, and a rate does
 * not miss the first answer.
 */
export function presetMetrics(
  { requests, requestDuration }: { requests: Counter; requestDuration: Histogram },
  routes: readonly Route[],
): void {
  for (const route of routes) {
    const named = { method: route.method.toUpperCase(), handler: honoPattern(route.path) }
    const served = servedStatuses(route)
    for (const status of [...served, 499, 500, 503]) requests.inc(labelsOf({ ...named, status }), 0)
    for (const status of served) requestDuration.zero(labelsOf({ ...named, status }))
  }
}
