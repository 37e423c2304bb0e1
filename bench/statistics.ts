/** The middle of the values of several rounds, and how far they lie apart. */
export type Spread = { median: number; least: number; most: number }

const byValue = (a: number, b: number) => a - b

/**
 * The median, and the smallest and the largest value.
 * @throws Error without values
 */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted(byValue)
  const [least, most] = [sorted[0], sorted.at(-1)]
  if (least === undefined || most === undefined) throw new Error('There is no round to sum up')
  const below = sorted[Math.floor((sorted.length - 1) / 2)] ?? least
  const above = sorted[Math.ceil((sorted.length - 1) / 2)] ?? most
  return { median: (below + above) / 2, least, most }
}

/**
 * The ratio of each round. A round compares neighbours in time, so that a machine that slows down
 * slows both sides.
 */
export const ratiosOf = (ours: readonly number[], floor: readonly number[]): number[] =>
  ours.map((value, round) => value / (floor[round] ?? Number.NaN))

/** The value that a share of the others does not exceed, by the nearest rank. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted(byValue)
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN
}
