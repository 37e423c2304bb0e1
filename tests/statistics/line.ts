/** One checked share, and whether it keeps its limit. */
import { mean, sampleStandardDeviation } from 'simple-statistics'

export type Line = {
  name: string
  /** The share that was found. */
  share: number
  atLeast?: number
  atMost?: number
  /** The Monte Carlo error of the share, one standard deviation. */
  error: number
}

/** The mean of independent repetitions, each a share or a truth. */
export function lineOf(
  name: string,
  repetitions: readonly number[],
  limit: Pick<Line, 'atLeast' | 'atMost'>,
): Line {
  const values = [...repetitions]
  const error = sampleStandardDeviation(values) / Math.sqrt(values.length)
  return { name, share: mean(values), error, ...limit }
}

// Of a few hundred lines that lie on their limits, hardly one is missed by chance: the one-sided
// 99.9 % quantile of the standard normal distribution.
const chance = 3.09

/** Missed beyond what the number of repetitions explains. */
export const isMissed = ({ share, error, atLeast = 0, atMost = 1 }: Line): boolean =>
  share + chance * error < atLeast || share - chance * error > atMost

export const inPercent = (share: number): string => (share * 100).toFixed(1)
