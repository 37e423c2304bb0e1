/** A mean, or a difference of means, of runs in starts, whose start effect is known in part. */
import { bisect, mean } from 'simple-statistics'
import type { Spread } from './spread.ts'
import type { StartEffect } from './start-effect.ts'
import { studentP } from './student.ts'

export type Uncertainty = {
  effect: StartEffect
  freedom: number
  /** The variance of the difference if the ratio is this. */
  varianceAt: (ratio: number) => number
}

/** Of the location of a spread. */
export function uncertaintyOf(spread: Spread, effect: StartEffect): Uncertainty {
  const { between, within, perStart, inverseRuns, inverseStarts } = spread
  const freedom = spread.betweenFreedom + spread.withinFreedom
  const runVariance = (ratio: number) => (between / (1 + perStart * ratio) + within) / freedom
  return {
    effect,
    freedom,
    varianceAt: (ratio) => runVariance(ratio) * (inverseRuns + ratio * inverseStarts),
  }
}

/** The two-sided probability of a difference this far from 0 if there is none. */
export function differenceP(difference: number, uncertainty: Uncertainty): number {
  const { effect, freedom, varianceAt } = uncertainty
  if (varianceAt(0) === 0) return difference === 0 ? 1 : 0
  const pAt = (ratio: number) => studentP(difference / Math.sqrt(varianceAt(ratio)), freedom)
  return mean(effect.map(pAt))
}

/** How far the ends of the interval are from its middle; 0 if all runs are equal. */
export function halfWidth(uncertainty: Uncertainty, confidence = 0.95): number {
  const scale = Math.sqrt(uncertainty.varianceAt(0))
  if (scale === 0) return 0
  const excess = (factor: number) => differenceP(factor * scale, uncertainty) - (1 - confidence)
  let end = 4
  while (excess(end) > 0) end *= 2
  return scale * bisect(excess, 0, end, 60, 1e-6)
}
