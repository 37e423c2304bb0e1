import type { Buckets } from '../metric-sums.ts'

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

/** The same buckets with other samples, in milliseconds. */
export const filledWith = (buckets: Buckets, samples: readonly number[]): Buckets =>
  new Map(
    [...buckets.keys()].map((bound) => [bound, samples.filter((ms) => ms <= bound * 1000).length]),
  )
