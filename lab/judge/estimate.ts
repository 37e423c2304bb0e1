import type { Estimate, Figure, RunValues } from '../load-figures.ts'
import { ascending, type Interval, median } from '../quantiles.ts'
import { halfWidth, uncertaintyOf } from './mean-difference.ts'
import { knownRuns } from './run-values.ts'
import { type Spread, spreadOf } from './spread.ts'
import { designEffect, noEffect, type StartEffect } from './start-effect.ts'

/** Fewer runs give no distribution-free 95 % interval of their median. */
export const fewestRuns = 6

// Of the standard normal distribution, on both sides.
const quantile95 = 1.96

/** Between neighbours in order, the value of a rank that is no whole number; ranks count from 1. */
function valueOfRank(sorted: readonly number[], rank: number): number {
  const below = Math.floor(rank)
  const [low, high] = [sorted[below - 1] as number, sorted[below] ?? (sorted.at(-1) as number)]
  return low + (rank - below) * (high - low)
}

/**
 * The interval of the median between two order statistics, whose ranks are further apart if starts
 * differ, interpolated (Hutson, Journal of Applied Statistics 26, 1999; Francisco and Fuller,
 * Annals of Statistics 19, 1991, on clusters).
 */
function rankInterval(values: readonly number[], design: number): Interval {
  const sorted = ascending(values)
  const middle = (sorted.length + 1) / 2
  const low = Math.max(1, middle - (quantile95 * Math.sqrt(sorted.length * design)) / 2)
  return { low: valueOfRank(sorted, low), high: valueOfRank(sorted, 2 * middle - low) }
}

/** The interval of the mean, for normal effects of starts and runs. */
function meanInterval(spread: Spread, effect: StartEffect): Interval {
  const half = halfWidth(uncertaintyOf(spread, effect))
  return { low: spread.location - half, high: spread.location + half }
}

// So many independent runs lie on both sides of the median often enough: in 93.75 % of all cases.
const fewestIndependent = 5

/** The smallest interval that includes both. */
const hull = (a: Interval, b: Interval): Interval => ({
  low: Math.min(a.low, b.low),
  high: Math.max(a.high, b.high),
})

/**
 * The median over runs with its 95 % interval, which needs six of them. If starts differ so much
 * that the runs are worth fewer than five independent ones, even the lowest and the highest run
 * are too close: the interval then includes that of the mean.
 */
export function estimateFigure(values: RunValues, effect: StartEffect = noEffect): Estimate {
  const starts = knownRuns(values)
  const all = starts.flat()
  const value = median(all)
  if (all.length < fewestRuns) return { value }
  const spread = spreadOf(starts)
  const design = designEffect(effect, spread.inverseStarts / spread.inverseRuns)
  const interval = rankInterval(all, design)
  const isEnough = all.length / design >= fewestIndependent
  return { value, interval: isEnough ? interval : hull(interval, meanInterval(spread, effect)) }
}

/** The same of every figure of a load. */
export const estimateFigures = (
  values: Record<Figure, RunValues>,
  effect?: StartEffect,
): Record<Figure, Estimate> =>
  Object.fromEntries(
    Object.entries(values).map(([name, each]) => [name, estimateFigure(each, effect)]),
  ) as Record<Figure, Estimate>
