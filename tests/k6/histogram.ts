import { metrics } from '../../model/metrics.ts'
import { honoPattern, type Scenario } from '../../model/scenarios.ts'
import { bucketsOf, sumOf } from '../metric-sums.ts'
import { metricsAt } from '../service-metrics.ts'

/** A service's own histogram of one route: the number of requests up to each bound in seconds. */
export type Counts = { total: number; buckets: [atMost: number, count: number][] }

/** Reads a route's counters from a service's metrics. */
export async function countsOf(url: string, { method, route }: Scenario): Promise<Counts> {
  const samples = await metricsAt(url)
  const labels = { method, handler: honoPattern(route) }
  return {
    total: sumOf(samples, metrics.requests.name, labels),
    buckets: [...bucketsOf(samples, metrics.requestDuration.name, labels)],
  }
}

/** Counts a service's requests of one route from now on. */
export async function countFrom(url: string, scenario: Scenario): Promise<() => Promise<number>> {
  const { total: before } = await countsOf(url, scenario)
  return async () => (await countsOf(url, scenario)).total - before
}

/**
 * A lower bound of a quantile in seconds, one bucket below its own: k6 interpolates between two
 * samples, and these may differ widely if there are few requests.
 */
export function lowerBound({ total, buckets }: Counts, quantile: number): number {
  const rank = Math.floor((total - 1) * quantile + 1)
  return buckets[buckets.findIndex(([, count]) => count >= rank) - 2]?.[0] ?? 0
}
