/** How many more runs or starts would tell what is open. */
import { median, probit } from 'simple-statistics'
import { counted } from '../../formats/table.ts'
import type { Allowed } from '../load-figures.ts'
import type { Interval } from '../quantiles.ts'
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
  return `about ${counted(more, byStarts ? 'more start' : 'more run')} a side`
}

const mostStarts = 100

type Open = { value: number; interval: Interval; allowed: Allowed; starts: number }

/**
 * How many more starts would tell whether a value is allowed if it stays as it is: its interval
 * shrinks with the square root of their number.
 */
export function startsToTell({ value, interval, allowed, starts }: Open): string {
  const { atLeast = -Infinity, atMost = Infinity } = allowed
  const timesTo = (end: number) => {
    const reach = end < value ? value - interval.low : interval.high - value
    return (reach / Math.abs(end - value)) ** 2
  }
  const more = Math.ceil(starts * (Math.max(timesTo(atLeast), timesTo(atMost)) - 1))
  if (more > mostStarts) return `${mostStarts} more starts would not tell`
  return `about ${counted(Math.max(1, more), 'more start')} would tell`
}
