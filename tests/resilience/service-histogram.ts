/** Upper bounds in seconds, each with the number of samples up to it. */
export type Buckets = Map<number, number>

/** Reads the buckets of a histogram's series with a label, such as `status="200"`. */
export async function readBuckets(url: string, name: string, label: string): Promise<Buckets> {
  const lines = (await (await fetch(`${url}/metrics`)).text()).split('\n')
  const mine = lines.filter((line) => line.startsWith(`${name}_bucket{`) && line.includes(label))
  const buckets: Buckets = new Map()
  for (const line of mine) {
    const bound = Number((/le="([^"]+)"/.exec(line)?.[1] ?? '').replace('+Inf', 'Infinity'))
    const count = Number(line.slice(line.lastIndexOf(' ')))
    buckets.set(bound, (buckets.get(bound) ?? 0) + count)
  }
  return buckets
}

/** The samples between two readings of a histogram. */
export const added = (before: Buckets, after: Buckets): Buckets =>
  new Map([...after].map(([bound, count]) => [bound, count - (before.get(bound) ?? 0)]))

/** The quantile in milliseconds, as Prometheus computes it: linear within a bucket. */
export function quantileOf(buckets: Buckets, share: number): number {
  const rank = share * (buckets.get(Infinity) ?? 0)
  let [low, below] = [0, 0]
  for (const [bound, count] of [...buckets].toSorted(([a], [b]) => a - b)) {
    if (count >= rank) return (low + ((bound - low) * (rank - below)) / (count - below)) * 1000
    ;[low, below] = [bound, count]
  }
  return Number.NaN
}
