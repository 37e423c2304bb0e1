import { ascending, median, quantile, type Run } from '../quantiles.ts'
import { permutationP } from './permutation.ts'

// Evenly spaced quantiles describe a run as well as all its requests do, and cost less.
const quantilesPerRun = 100

const evenQuantiles = (run: Run): number[] => {
  const sorted = ascending(run)
  if (sorted.length <= quantilesPerRun) return sorted
  return Array.from({ length: quantilesPerRun }, (_, k) =>
    quantile(sorted, (k + 0.5) / quantilesPerRun),
  )
}

type Point = { value: number; run: number; weight: number }

/** The points of all runs in ascending order; the weights of one run add up to 1. */
function pool(runs: readonly Run[]): Point[] {
  const points = runs.flatMap((values, run) =>
    values.map((value) => ({ value, run, weight: 1 / values.length })),
  )
  return points.sort((a, b) => a.value - b.value)
}

/** The distance of Kolmogorov and Smirnov between the marked runs and the others. */
function distanceBetween(points: readonly Point[], isFirst: readonly boolean[], m: number) {
  const n = isFirst.length - m
  let [difference, largest] = [0, 0]
  for (const [index, { value, run, weight }] of points.entries()) {
    difference += isFirst[run] ? weight / m : -weight / n
    if (points[index + 1]?.value !== value) largest = Math.max(largest, Math.abs(difference))
  }
  return largest
}

/**
 * The probability of a difference in shape this large if all runs have one shape: the distance of
 * Kolmogorov and Smirnov, after each run was divided by its own median, so that a faster or slower
 * run is no difference. Runs are permuted, not requests.
 */
export function shapeP(
  first: readonly Run[],
  second: readonly Run[],
  options: { seed?: number } = {},
) {
  const scaled = [...first, ...second].map((run) => {
    const middle = median(run)
    return evenQuantiles(run).map((value) => value / middle)
  })
  const points = pool(scaled)
  return permutationP(
    [first.length, second.length],
    // Rounding makes no two equal ways to divide the runs different.
    (isFirst) => Number(distanceBetween(points, isFirst, first.length).toFixed(9)),
    options,
  )
}
