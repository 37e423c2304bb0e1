import { max, median, min } from 'simple-statistics'

/** The middle of the values of several rounds, and how far they lie apart. */
export type Spread = { median: number; least: number; most: number }

/**
 * The median, and the smallest and the largest value.
 * @throws Error without values
 */
export function spreadOf(values: readonly number[]): Spread {
  const all = [...values]
  if (all.length === 0) throw new Error('There is no round to sum up')
  return { median: median(all), least: min(all), most: max(all) }
}

/**
 * The ratio of each round. A round compares neighbours in time, so that a machine that slows down
 * slows both sides.
 */
export const ratiosOf = (ours: readonly number[], floor: readonly number[]): number[] =>
  ours.map((value, round) => value / (floor[round] ?? Number.NaN))
