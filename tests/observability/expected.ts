/** The expected values of each panel, from k6's counts and measurements. */
import { type K6Run, resultOf } from '../k6/k6.ts'

type Lines = Record<string, number>

const requests = (run: K6Run) => [1, 2, 3, 4, 5, 6].map((number) => resultOf(run, number).requests)

/** Requests of each service in a healthy lab: those of clients, and the calls that they cause. */
export function perService(run: K6Run): Lines {
  const [register = 0, pay = 0, update = 0, report = 0, order = 0, click = 0] = requests(run)
  return {
    userservice: register,
    emailservice: register,
    paymentservice: pay + order,
    productservice: update,
    searchservice: update,
    cacheservice: update,
    analyticsservice: update + click,
    reportservice: report,
    orderservice: order,
    inventoryservice: 2 * order,
  }
}

const total = (run: K6Run) => Object.values(perService(run)).reduce((sum, count) => sum + count, 0)

const noErrors = { '499': 0, '500': 0, '503': 0 }

/** Counts, by panel and line, after a load of a healthy lab. */
export function countsOf(run: K6Run): Record<string, Lines> {
  const [register = 0, pay = 0, update = 0, report = 0, order = 0, click = 0] = requests(run)
  return {
    'Total Request Rate (all services)': { 'all services': total(run) },
    'Request Rate per Service (RPS)': perService(run),
    'Overall Error Rate (5xx errors)': { '5xx': 0 },
    'Error Rate per Service (HTTP 5xx)': Object.fromEntries(
      Object.keys(perService(run)).map((service) => [service, 0]),
    ),
    'Scenario 1: Registration outcomes': { '201': register, '400': 0, ...noErrors },
    'Scenario 2: Payment outcomes': { '200': pay, ...noErrors },
    'Scenario 3: Fan-Out Flow request rates': {
      update,
      search: update,
      cache: update,
      analytics: update,
      'updates that failed': 0,
    },
    'Scenario 4: Report outcomes': { '200': report, ...noErrors },
    'Scenario 5: Saga Pattern request rates': {
      'failed orders': order,
      'completed orders': 0,
      'interrupted orders': 0,
      reservations: order,
      compensations: order,
    },
    'Scenario 6: High-Throughput click tracking RPS': { '200': click, ...noErrors },
  }
}

/** Counts of scenarios whose service only k6 calls, with any outcome. */
export function overloadOf(run: K6Run): Record<string, Lines> {
  const outcomes = (number: number, success: string) => {
    const { requests, failures } = resultOf(run, number)
    const { no_slot = 0 } = failures
    return { [success]: requests - no_slot, '503': no_slot, '500': 0 }
  }
  return {
    'Scenario 1: Registration outcomes': outcomes(1, '201'),
    'Scenario 2: Payment outcomes': outcomes(2, '200'),
    'Scenario 4: Report outcomes': outcomes(4, '200'),
    'Scenario 6: High-Throughput click tracking RPS': outcomes(6, '200'),
  }
}

/** A latency in seconds: one value, or the two that bound a quantile of few samples. */
export type Measured = { from: number; to: number }

/** Median and 95th percentile of a scenario's latency, by the lines of its panel. */
export function latencyOf(run: K6Run, number: number, name: string): Record<string, Measured> {
  const { latencyMs, succeeded } = resultOf(run, number)
  if (!latencyMs) throw new Error(`Scenario ${number} has no latency`)
  const { min, p50, p95, max } = latencyMs
  // k6's latencies hold its own waits for a core, of which services know nothing.
  const lateMs = run.report.cores.k6.p95Ms
  const between = (from: number, to: number) => ({ from: (from - lateMs) / 1000, to: to / 1000 })
  // Of fewer, a histogram's 95th percentile is the highest sample, and k6's lies below it.
  const isFew = succeeded < 20
  return {
    [`${name} p50`]: isFew ? between(min, p95) : between(p50, p50),
    [`${name} p95`]: isFew ? between(p50, max) : between(p95, p95),
  }
}

/** The latencies of all scenarios with a latency panel. */
export const latenciesOf = (run: K6Run): Record<string, Record<string, Measured>> => ({
  'Scenario 1: User Registration + Email latency': latencyOf(run, 1, 'registration'),
  'Scenario 2: Payment Processing latency': latencyOf(run, 2, 'payment'),
  'Scenario 4: Report latency': latencyOf(run, 4, 'report'),
  'Scenario 5: Order latency': latencyOf(run, 5, 'order'),
  'Scenario 6: Click latency': latencyOf(run, 6, 'click'),
})

/** Mean seconds of a phase, from the `Server-Timing` headers that k6 received. */
export const phaseOf = (run: K6Run, number: number, phase: string) =>
  (resultOf(run, number).phasesMs[phase]?.mean ?? Number.NaN) / 1000
