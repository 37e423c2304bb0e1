import { honoPattern, type Scenario } from '../../model/scenarios.ts'

/** A service's own histogram of one route: the number of requests up to each bound in seconds. */
export type Counts = { total: number; buckets: [atMost: number, count: number][] }

/** Reads a route's counters from a service's metrics. */
export async function countsOf(url: string, { method, route }: Scenario): Promise<Counts> {
  const lines = (await (await fetch(`${url}/metrics`)).text()).split('\n')
  const mine = lines.filter(
    (line) =>
      line.includes(`handler="${honoPattern(route)}"`) && line.includes(`method="${method}"`),
  )
  const valueIn = (line: string) => Number(line.slice(line.lastIndexOf(' ')))
  const buckets = mine.filter((line) => line.startsWith('http_request_duration_seconds_bucket'))
  const counts = new Map<number, number>()
  for (const line of buckets) {
    const atMost = Number(/le="([^"]+)"/.exec(line)?.[1]?.replace('+Inf', 'Infinity'))
    counts.set(atMost, (counts.get(atMost) ?? 0) + valueIn(line))
  }
  const totals = mine.filter((line) => line.startsWith('http_requests_total')).map(valueIn)
  return { total: totals.reduce((sum, count) => sum + count, 0), buckets: [...counts] }
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
