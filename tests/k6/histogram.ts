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

/**
 * The range of a quantile in seconds, one bucket wider on each side: k6 interpolates between two
 * samples, and these may differ widely if there are few requests.
 */
export function quantileBucket(
  { total, buckets }: Counts,
  quantile: number,
): [lower: number, upper: number] {
  const rank = (total - 1) * quantile + 1
  const indexOf = (sample: number) => buckets.findIndex(([, count]) => count >= sample)
  const lower = buckets[indexOf(Math.floor(rank)) - 2]?.[0] ?? 0
  return [lower, buckets[indexOf(Math.ceil(rank)) + 1]?.[0] ?? Infinity]
}
