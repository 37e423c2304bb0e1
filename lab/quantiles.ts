import { quantileSorted } from 'simple-statistics'

/** The latencies of the requests of one run, in milliseconds, in any order. */
export type Run = readonly number[]

export type Interval = { low: number; high: number }

// A typed array sorts by value, without a call for each comparison.
const sort = (values: Run) => new Float64Array(values).sort()

export const ascending = (values: Run): number[] => Array.from(sort(values))

/**
 * Quantiles of a sample, by linear interpolation (type 7 of Hyndman and Fan, 1996, as R and NumPy
 * have it).
 * @param shares the share of the sample below each quantile: 0.95 for p95
 * @returns NaN for each if the sample is empty
 */
export function quantiles<const Shares extends readonly number[]>(
  values: Run,
  shares: Shares,
): { [place in keyof Shares]: number } {
  // It is read by index alone, so that there is no need for a copy as an array.
  const sorted = sort(values) as ArrayLike<number> as Run
  const found = shares.map((p) => (sorted.length > 0 ? quantileSorted(sorted, p) : Number.NaN))
  return found as { [place in keyof Shares]: number }
}

/** The quantile `p` of a sample; NaN if the sample is empty. */
export const quantile = (values: Run, p: number): number => quantiles(values, [p])[0]

export const median = (values: Run): number => quantile(values, 0.5)

/**
 * How many samples an upper bound of the quantile `p` needs, so that the largest one exceeds it
 * with `confidence`: the smallest n with `1 - p^n ≥ confidence` (Wilks, 1941). 299 for p99 at 95 %.
 */
export const samplesFor = (p: number, confidence = 0.95): number =>
  Math.ceil(Math.log(1 - confidence) / Math.log(p))
