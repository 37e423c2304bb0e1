import { combinations } from 'simple-statistics'
import { createDraw, shuffle } from '../../formats/random.ts'
import { ascending, median, quantile, type Run } from '../quantiles.ts'

// Six runs against six can be divided in 924 ways, which are all tried.
const exhaustive = 1000

function countChoices(all: number, size: number): number {
  let count = 1
  for (let k = 1; k <= size; k++) count = (count * (all - size + k)) / k
  return Math.round(count)
}

function drawChoices(numbers: number[], size: number, seed: number): number[][] {
  const draw = createDraw({ seed })
  const others = Array.from({ length: exhaustive - 1 }, () => shuffle(numbers, draw))
  return [numbers, ...others].map((order) => order.slice(0, size))
}

/**
 * The share of all ways to divide m + n runs into groups of m and n for which `distance` is at
 * least as large as for the actual groups, the first m and the last n. Whole runs change sides,
 * because the requests of one run are alike. All ways are tried if there are up to 1000, otherwise
 * 1000 drawn ones, with the actual one among them (Phipson and Smyth, 2010).
 * @param distance between the runs that are marked and the others
 */
function permutationP(
  [m, n]: [number, number],
  distance: (isFirst: readonly boolean[]) => number,
  seed: number,
): number {
  const numbers = Array.from({ length: m + n }, (_, number) => number)
  const isExhaustive = countChoices(m + n, m) <= exhaustive
  // The first of all choices is the actual one.
  const choices = isExhaustive ? combinations(numbers, m) : drawChoices(numbers, m, seed)
  const distances = choices.map((chosen) => {
    const isFirst = new Array<boolean>(m + n).fill(false)
    for (const run of chosen) isFirst[run] = true
    return distance(isFirst)
  })
  const actual = distances[0] as number
  return distances.filter((found) => found >= actual).length / distances.length
}

// Evenly spaced quantiles describe a run as well as all its requests do, and cost less.
const quantilesPerRun = 100

const evenQuantiles = (run: Run): number[] => {
  const sorted = ascending(run)
  if (sorted.length <= quantilesPerRun) return sorted
  return Array.from({ length: quantilesPerRun }, (_, k) =>
    quantile(sorted, (k + 0.5) / quantilesPerRun),
  )
}

/** The points of all runs in ascending order, as columns; the weights of one run add up to 1. */
function pool(runs: readonly Run[]) {
  const points = runs
    .flatMap((values, run) => values.map((value) => ({ value, run, weight: 1 / values.length })))
    .sort((a, b) => a.value - b.value)
  return {
    runs: Uint32Array.from(points, ({ run }) => run),
    weights: Float64Array.from(points, ({ weight }) => weight),
    /** Whether the next point has another value. */
    isLast: Uint8Array.from(points, ({ value }, n) => Number(points[n + 1]?.value !== value)),
  }
}

type Pool = ReturnType<typeof pool>

/** The distance of Kolmogorov and Smirnov between the marked runs and the others. */
function distanceBetween({ runs, weights, isLast }: Pool, isFirst: readonly boolean[], m: number) {
  const n = isFirst.length - m
  const steps = Float64Array.from(isFirst, (first) => (first ? 1 / m : -1 / n))
  let [difference, largest] = [0, 0]
  for (let point = 0; point < runs.length; point++) {
    difference += (steps[runs[point] as number] as number) * (weights[point] as number)
    if (isLast[point]) largest = Math.max(largest, Math.abs(difference))
  }
  return largest
}

/**
 * The probability of a difference in shape this large if all runs have one shape: the distance of
 * Kolmogorov and Smirnov, after each run was divided by its own median, so that a faster or slower
 * run is no difference. Runs are permuted, not requests.
 */
export function shapeP(first: readonly Run[], second: readonly Run[], seed: number): number {
  const scaled = [...first, ...second].map((run) => {
    const middle = median(run)
    return evenQuantiles(run).map((value) => value / middle)
  })
  const points = pool(scaled)
  return permutationP(
    [first.length, second.length],
    // Rounding makes no two equal ways to divide the runs different.
    (isFirst) => Math.round(distanceBetween(points, isFirst, first.length) * 1e9),
    seed,
  )
}
