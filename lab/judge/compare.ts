import { combinations } from 'simple-statistics'
import type { DrawIndex } from '../../formats/random.ts'
import { type Interval, median, type Run } from '../quantiles.ts'
import { bootstrapInterval, resampleRuns } from './bootstrap.ts'
import { shapeP } from './permutation.ts'
import { mannWhitney } from './rank-test.ts'

export type ComparisonVerdict =
  | 'no difference'
  | 'slower'
  | 'faster'
  | 'spread changed'
  | 'not resolved'

export type Comparison = {
  verdict: ComparisonVerdict
  /** Why the verdict is what it is, in one sentence. */
  reason: string
  /** Medians over the medians of the runs, in milliseconds. */
  medians: [before: number, after: number]
  /** The second median over the first one, with its interval. */
  ratio: number
  interval: Interval
  /** How often a run of the second group is the slower one, from -1 to 1. */
  cliffsDelta: number
  locationP: number
  shapeP: number
}

type CompareOptions = {
  /** The relative difference that runs of one and the same lab show: 0.02 is 2 %. */
  noise?: number
  /** How often the interval is drawn. */
  repetitions?: number
  seed?: number
}

// Of two equal labs, one in fifty pairs is called different. Six runs still show a difference of
// twice their own spread.
const falseAlarms = 0.02

/** Fewer runs give no distribution-free 95 % interval of their median. */
export const fewestRuns = 6

/** The median of the medians of runs, in milliseconds. */
const medianOfRuns = (runs: readonly Run[]): number => median(runs.map(median))

const percent = (share: number) => `${(share * 100).toFixed(1)} %`

/**
 * Judges whether two groups of runs differ, in their medians (Mann and Whitney over the medians of
 * the runs) or in their shape. The two tests share the false alarms (Bonferroni).
 * A difference that is not larger than the noise of the lab is 'not resolved'.
 * @throws Error if a group is empty
 */
export function compareRuns(
  before: readonly Run[],
  after: readonly Run[],
  { noise = 0, repetitions = 1000, seed = 1 }: CompareOptions = {},
): Comparison {
  const { p: locationP, cliffsDelta } = mannWhitney(after.map(median), before.map(median))
  const medians: Comparison['medians'] = [medianOfRuns(before), medianOfRuns(after)]
  const drawnRatio = (draw: DrawIndex) =>
    medianOfRuns(resampleRuns(after, draw)) / medianOfRuns(resampleRuns(before, draw))
  const figures = {
    medians,
    ratio: medians[1] / medians[0],
    interval: bootstrapInterval(drawnRatio, { repetitions, seed }),
    cliffsDelta,
    locationP,
    shapeP: shapeP(before, after, seed),
  }
  const runs = Math.min(before.length, after.length)
  return { ...figures, ...judge(figures, { runs, noise, level: falseAlarms / 2 }) }
}

type Limits = { runs: number; noise: number; level: number }

function judge(
  { ratio, locationP, shapeP: p }: Pick<Comparison, 'ratio' | 'locationP' | 'shapeP'>,
  { runs, noise, level }: Limits,
): Pick<Comparison, 'verdict' | 'reason'> {
  if (runs < fewestRuns)
    return { verdict: 'not resolved', reason: `${runs} runs are fewer than ${fewestRuns}` }
  const change = percent(Math.abs(ratio - 1))
  if (locationP < level && Math.abs(ratio - 1) > noise)
    return {
      verdict: ratio > 1 ? 'slower' : 'faster',
      reason: `the median is ${change} ${ratio > 1 ? 'higher' : 'lower'}`,
    }
  if (p < level)
    return { verdict: 'spread changed', reason: 'the median holds, the spread changed' }
  if (locationP < level)
    return {
      verdict: 'not resolved',
      reason: `${change} is no more than the noise of ${percent(noise)}`,
    }
  return { verdict: 'no difference', reason: `the medians differ by ${change}, as chance allows` }
}

/**
 * The noise floor of a lab, from runs of the same thing (A/A): the largest relative difference
 * between the medians of two halves of them, over all ways to halve them. 0.02 is 2 %.
 * @throws Error if there are fewer than two runs
 */
export function noiseFloor(runs: readonly Run[]): number {
  if (runs.length < 2) throw new Error('The noise floor needs at least two runs')
  const differences = combinations([...runs], Math.floor(runs.length / 2)).map((half) => {
    const others = runs.filter((run) => !half.includes(run))
    return Math.abs(medianOfRuns(others) / medianOfRuns(half) - 1)
  })
  return Math.max(...differences)
}
