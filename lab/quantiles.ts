import { quantileSorted } from 'simple-statistics'

/** The latencies of the requests of one run, in milliseconds, in any order. */
export type Run = readonly number[]

export type Interval = { low: number; high: number }

// A typed array sorts by value, without a call for each comparison.
export const ascending = (values: Run): number[] => Array.from(Float64Array.from(values).sort())

/**
 * The quantile `p` of a sample, by linear interpolation (type 7 of Hyndman and Fan, 1996, as R and
 * NumPy have it).
 * @throws Error if the sample is empty
 */
export const quantile = (values: Run, p: number): number => quantileSorted(ascending(values), p)

export const median = (values: Run): number => quantile(values, 0.5)

/**
 * How many samples an upper bound of the quantile `p` needs, so that the largest one exceeds it
 * with `confidence`: the smallest n with `1 - p^n ≥ confidence` (Wilks, 1941). 299 for p99 at 95 %.
 */
export const samplesFor = (p: number, confidence = 0.95): number =>
  Math.ceil(Math.log(1 - confidence) / Math.log(p))

/** The probabilities that 0, 1, … n of n samples lie below the quantile `p`. */
function belowQuantile(n: number, p: number): number[] {
  const logs = [0]
  for (let k = 1; k <= n; k++) logs.push((logs[k - 1] as number) + Math.log(k))
  const log = (k: number) => logs[k] as number
  return Array.from({ length: n + 1 }, (_, k) =>
    Math.exp(log(n) - log(k) - log(n - k) + k * Math.log(p) + (n - k) * Math.log(1 - p)),
  )
}

/**
 * A distribution-free interval of the quantile `p` between two order statistics, each tail at most
 * half of what `confidence` leaves (David and Nagaraja, Order Statistics, 7.1). `undefined` if
 * there are too few samples: a median at 95 % needs six.
 */
export function quantileInterval(values: Run, p: number, confidence = 0.95): Interval | undefined {
  const sorted = ascending(values)
  const below = belowQuantile(sorted.length, p)
  const tail = (1 - confidence) / 2
  // The value of rank r (from 0) exceeds the quantile if at most r samples lie below it.
  let lowRank = -1
  for (let sum = below[0] as number; sum <= tail; sum += below[lowRank + 1] as number) lowRank++
  let highRank = sorted.length
  for (let sum = below[sorted.length] as number; sum <= tail; sum += below[highRank] as number)
    highRank--
  const [low, high] = [sorted[lowRank], sorted[highRank]]
  return low === undefined || high === undefined ? undefined : { low, high }
}
