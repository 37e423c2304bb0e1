/** Sums over the series of a metric. */
import { type Sample, samplesOf } from '../formats/metrics-text.ts'

/** The sum of one metric over its labels; 0 without a sample. */
export const sumOf = (
  samples: readonly Sample[],
  name: string,
  labels: Readonly<Record<string, string>> = {},
): number => samplesOf(samples, name, labels).reduce((sum, { value }) => sum + value, 0)

/** Upper bounds, and how many observations are not above them. */
export type Buckets = Map<number, number>

/** The buckets of a histogram, summed over the series that have all the given labels. */
export function bucketsOf(
  samples: readonly Sample[],
  name: string,
  labels: Readonly<Record<string, string>> = {},
): Buckets {
  const buckets: Buckets = new Map()
  for (const { labels: own, value } of samplesOf(samples, `${name}_bucket`, labels)) {
    const bound = own.le === '+Inf' ? Infinity : Number(own.le)
    buckets.set(bound, (buckets.get(bound) ?? 0) + value)
  }
  return buckets
}
