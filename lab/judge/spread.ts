/** The runs of a load, or of two: how they spread between starts of the lab and within a start. */
import { mean, sum } from 'simple-statistics'
import type { RunValues } from '../load-figures.ts'
import { knownRuns } from './run-values.ts'

/** A mean of runs, or the difference of two, with its analysis of variance. */
export type Spread = {
  location: number
  /** Its variance is that of a run times `inverseRuns + ratio * inverseStarts`. */
  inverseRuns: number
  inverseStarts: number
  /** Sums of squares, with their degrees of freedom. */
  between: number
  within: number
  betweenFreedom: number
  withinFreedom: number
  /** Runs per start: `between` is expected to grow with `1 + perStart * ratio`. */
  perStart: number
}

// What equal values differ by after a logarithm or a division.
const rounding = 1e-10

const settle = (spread: Spread): Spread => ({
  ...spread,
  location: Math.abs(spread.location) < rounding ? 0 : spread.location,
  between: spread.between < rounding ** 2 ? 0 : spread.between,
  within: spread.within < rounding ** 2 ? 0 : spread.within,
})

const squaresFrom = (values: readonly number[], middle: number) =>
  sum(values.map((value) => (value - middle) ** 2))

const sizesOf = (starts: readonly number[][]) => starts.map(({ length }) => length)

const squaresWithin = (starts: readonly number[][]) =>
  sum(starts.map((start) => squaresFrom(start, mean(start))))

/**
 * Of the runs of some starts, at least one each, which may have unequal numbers of them (Searle,
 * Casella and McCulloch, Variance Components, 3.6).
 */
export function spreadOf(starts: readonly number[][]): Spread {
  const [all, sizes] = [starts.flat(), sizesOf(starts)]
  const middle = mean(all)
  const share = sum(sizes.map((size) => size ** 2)) / all.length
  return settle({
    location: middle,
    inverseRuns: 1 / all.length,
    inverseStarts: share / all.length,
    between: sum(starts.map((start) => start.length * (mean(start) - middle) ** 2)),
    within: squaresWithin(starts),
    betweenFreedom: starts.length - 1,
    withinFreedom: all.length - starts.length,
    perStart: starts.length > 1 ? (all.length - share) / (starts.length - 1) : all.length,
  })
}

/** Of the difference of two groups of runs whose variances are equal. */
export function differenceOf(before: readonly number[][], after: readonly number[][]): Spread {
  const [a, b] = [spreadOf(before), spreadOf(after)]
  const betweenFreedom = a.betweenFreedom + b.betweenFreedom
  const perStart = a.perStart * a.betweenFreedom + b.perStart * b.betweenFreedom
  return settle({
    location: b.location - a.location,
    inverseRuns: a.inverseRuns + b.inverseRuns,
    inverseStarts: a.inverseStarts + b.inverseStarts,
    between: a.between + b.between,
    within: a.within + b.within,
    betweenFreedom,
    withinFreedom: a.withinFreedom + b.withinFreedom,
    perStart: betweenFreedom > 0 ? perStart / betweenFreedom : a.perStart,
  })
}

/**
 * The same of runs that were made in pairs, one of each group right after the other, from the
 * differences of the pairs: whatever both runs of a pair have in common cancels.
 */
export function pairedDifferenceOf(differences: readonly number[][]): Spread {
  const { inverseRuns, inverseStarts, between, within, ...rest } = spreadOf(differences)
  // A difference has the variance of two runs.
  return settle({
    ...rest,
    ...{ inverseRuns: 2 * inverseRuns, inverseStarts: 2 * inverseStarts },
    ...{ between: between / 2, within: within / 2 },
  })
}

/** Of logarithms; `undefined` if there are no runs, or one has no logarithm. */
export function logSpreadOf(values: RunValues): Spread | undefined {
  const starts = knownRuns(values)
  if (starts.length === 0 || starts.flat().some((value) => value <= 0)) return undefined
  return spreadOf(starts.map((start) => start.map(Math.log)))
}
