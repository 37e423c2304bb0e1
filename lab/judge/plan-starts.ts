/** How many starts of two labs a difference takes. */
import { halfWidth, uncertaintyOf } from './mean-difference.ts'
import type { Spread } from './spread.ts'
import { type StartEffect, startEffects } from './start-effect.ts'

export type StartPlan = {
  /** The difference that is to be found, as a share: 0.05 is 5 %. */
  change: number
  /** The standard deviation between runs of one start, as a share. */
  runSd: number
  /** The variance between starts over that between runs of one start. */
  ratio: number
  runsPerStart: number
  loads?: number
  interleaved?: boolean
}

type SizedPlan = StartPlan & { starts: number }

/** The difference of two labs whose sums of squares are what is expected of them. */
function expectedSpread(plan: SizedPlan): Spread {
  const { starts, runsPerStart, runSd, ratio, interleaved = false } = plan
  const independent = interleaved ? 1 : 2
  const betweenFreedom = independent * (starts - 1)
  const withinFreedom = independent * starts * (runsPerStart - 1)
  return {
    location: 0,
    inverseRuns: 2 / (starts * runsPerStart),
    inverseStarts: 2 / starts,
    between: betweenFreedom * (1 + runsPerStart * ratio) * runSd ** 2,
    within: withinFreedom * runSd ** 2,
    betweenFreedom,
    withinFreedom,
    perStart: runsPerStart,
  }
}

// The 93 % quantile of the standard normal distribution: the start effect, which is estimated, too,
// takes up to 3 % of the power, as `npm run check:statistics` shows.
const power = 1.4758

/** The smallest difference that so many starts find in nine of ten comparisons, as a logarithm. */
function smallestFound(plan: SizedPlan): number {
  const { ratio, loads = 6 } = plan
  const spread = expectedSpread(plan)
  const [effect] = startEffects(Array.from({ length: loads }, () => ({ ...spread })))
  const uncertainty = uncertaintyOf(spread, effect as StartEffect)
  // The strictest level of Holm: that of the first of all loads.
  const half = halfWidth(uncertainty, 1 - 0.05 / loads)
  // Both vary: the difference, and the interval with the estimated deviation of runs.
  const variance = uncertainty.varianceAt(ratio) + half ** 2 / (2 * uncertainty.freedom)
  return half + power * Math.sqrt(variance)
}

const mostStarts = 1000

/**
 * The starts of each of two labs, at least three, that find a difference in one of the loads in
 * nine of ten comparisons; `undefined` if 1000 are too few.
 */
export function startsToFind(plan: StartPlan): number | undefined {
  const isEnough = (starts: number) => smallestFound({ ...plan, starts }) <= Math.log1p(plan.change)
  let [tooFew, starts] = [2, Math.max(3, Math.ceil(6 / plan.runsPerStart))]
  if (isEnough(starts)) return starts
  while (!isEnough(starts)) {
    if (starts > mostStarts) return undefined
    ;[tooFew, starts] = [starts, starts * 2]
  }
  while (starts - tooFew > 1) {
    const middle = Math.floor((tooFew + starts) / 2)
    if (isEnough(middle)) starts = middle
    else tooFew = middle
  }
  return starts
}
