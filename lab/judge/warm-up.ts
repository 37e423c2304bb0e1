import type { Run } from './quantiles.ts'

const batchSize = 5

const mean = (values: Run) => values.reduce((sum, value) => sum + value, 0) / values.length

/** The squared standard error of the mean of what is left after a cut. */
function squaredError(batches: readonly number[], cut: number): number {
  const kept = batches.slice(cut)
  const middle = mean(kept)
  return kept.reduce((sum, value) => sum + (value - middle) ** 2, 0) / kept.length ** 2
}

/**
 * How many values at the start of a series belong to its warm-up: the cut after which the mean of
 * the rest has the smallest standard error, over batches of five, at most half of the series
 * (MSER-5; White, Cobb and Spratt, 2000).
 * @param series in the order of time
 */
export function warmUpLength(series: Run): number {
  const batches = Array.from({ length: Math.floor(series.length / batchSize) }, (_, batch) =>
    mean(series.slice(batch * batchSize, (batch + 1) * batchSize)),
  )
  let [best, least] = [0, Infinity]
  for (let cut = 0; cut <= batches.length / 2; cut++) {
    const error = squaredError(batches, cut)
    if (error < least) [best, least] = [cut, error]
  }
  return best * batchSize
}
