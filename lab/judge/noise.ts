import type { Run } from '../quantiles.ts'
import { medianOfRuns } from './compare.ts'
import { choices } from './permutation.ts'

/**
 * The noise floor of a lab, from runs of the same thing (A/A): the largest relative difference
 * between the medians of two halves of them, over all ways to halve them. 0.02 is 2 %.
 * @throws Error if there are fewer than two runs
 */
export function noiseFloor(runs: readonly Run[]): number {
  if (runs.length < 2) throw new Error('The noise floor needs at least two runs')
  let largest = 0
  for (const chosen of choices(runs.length, Math.floor(runs.length / 2))) {
    const isChosen = new Set(chosen)
    const some = medianOfRuns(runs.filter((_, index) => isChosen.has(index)))
    const others = medianOfRuns(runs.filter((_, index) => !isChosen.has(index)))
    largest = Math.max(largest, Math.abs(others / some - 1))
  }
  return largest
}
