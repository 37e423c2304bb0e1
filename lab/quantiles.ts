import { quantileSorted } from 'simple-statistics'

/** The latencies of the requests of one run, in milliseconds, in any order. */
export type Run = readonly number[]

export type Interval = { low: number; high: number }

// A typed array sorts by value, without a call for each comparison.
export const ascending = (values: Run): number[] => Array.from(Float64Array.from(values).sort())

/**
 * The quantile `p` of a sample, by linear interpolation (type 7 of Hyndman and Fan, 1996, as R and
 * NumPy have it).
 * @returns NaN if the sample is empty
 */
export const quantile = (values: Run, p: number): number =>
  values.length > 0 ? quantileSorted(ascending(values), p) : Number.NaN

export const median = (values: Run): number => quantile(values, 0.5)

/**
 * How many samples an upper bound of the quantile `p` needs, so that the largest one exceeds it
 * with `confidence`: the smallest n with `1 - p^n ≥ confidence` (Wilks, 1941). 299 for p99 at 95 %.
 */
export const samplesFor = (p: number, confidence = 0.95): number =>
  Math.ceil(Math.log(1 - confidence) / Math.log(p))
