import { median, probit } from 'simple-statistics'
import type { Difference } from './differences.ts'

/** What differs by no more than this share is alike. */
export const alikeWithin = 0.05

/** The standard deviation with which this difference is told, one way or the other. */
function deviationThatTells(difference: number, level: number): number {
  const asDifferent = difference / probit(1 - level / 2)
  const asAlike = (Math.log1p(alikeWithin) - difference) / probit(0.95)
  return Math.max(asDifferent, asAlike)
}

// Further runs of the same starts help less than further starts.
const isMostlyStarts = 0.5

/**
 * How many more runs a side would tell if the difference and the variances stay as they are:
 * `about 9 more runs a side`, or starts, where these differ.
 * @param level of the test for a difference
 */
export function moreToTell({ spread, uncertainty }: Difference, level: number): string {
  const ratio = median([...uncertainty.effect])
  const needed = deviationThatTells(Math.abs(spread.location), level) ** 2
  const times = uncertainty.varianceAt(ratio) / needed
  const byStarts = spread.perStart * ratio > isMostlyStarts
  const made = 2 / (byStarts ? spread.inverseStarts : spread.inverseRuns)
  const more = Math.max(1, Math.ceil(made * (times - 1)))
  return `about ${more} more ${byStarts ? 'start' : 'run'}${more === 1 ? '' : 's'} a side`
}
