/** How the loads of two labs differ, all of them together. */
import type { RunValues } from '../load-figures.ts'
import type { Interval } from '../quantiles.ts'
import { fewestRuns } from './estimate.ts'
import { differenceP, halfWidth, type Uncertainty, uncertaintyOf } from './mean-difference.ts'
import { knownRuns, pairRuns } from './run-values.ts'
import { differenceOf, pairedDifferenceOf, type Spread } from './spread.ts'
import { type StartEffect, startEffects } from './start-effect.ts'

/** A figure of a load in two labs: one value per run, by start. */
export type TwoLabs = { before: RunValues; after: RunValues }

export type FindOptions = {
  /** The runs of both labs were made in turns: the first of each after another, and so on. */
  interleaved?: boolean
}

/** How the runs of a load differ between two labs. */
export type Difference = {
  /** The geometric mean of the runs after, over that before. */
  ratio: number
  /** Its interval at 95 %. */
  interval: Interval
  /** Its interval at 90 %, for two one-sided tests at 5 %. */
  narrow: Interval
  /** The probability of a ratio this far from 1 in equal labs. */
  p: number
  spread: Spread
  uncertainty: Uncertainty
}

const oneStart = 'one start a side cannot tell a slower program from a busy minute'

function tooFew(starts: readonly number[][], which: string): string | undefined {
  const runs = starts.flat().length
  if (runs < fewestRuns) return `${runs} runs ${which} are fewer than ${fewestRuns}`
  return starts.length < 2 ? oneStart : undefined
}

/** Why runs by start cannot be compared. */
function objectionTo(starts: readonly number[][], side: string): string | undefined {
  const all = starts.flat()
  if (all.length === 0) return `nothing was measured ${side}`
  if (all.some((value) => value <= 0)) return `a run ${side} took no time`
  return tooFew(starts, side)
}

const logsOf = (starts: readonly number[][]) => starts.map((start) => start.map(Math.log))

function spreadOfTwo({ before, after }: TwoLabs, interleaved: boolean): Spread | string {
  const [first, second] = [knownRuns(before), knownRuns(after)]
  const objection = objectionTo(first, 'before') ?? objectionTo(second, 'after')
  if (objection) return objection
  if (!interleaved) return differenceOf(logsOf(first), logsOf(second))
  // A run whose partner does not count says nothing.
  const pairs = knownRuns(pairRuns(before, after, (a, b) => Math.log(b / a)))
  return tooFew(pairs, 'in pairs') ?? pairedDifferenceOf(pairs)
}

const around = (location: number, half: number): Interval => ({
  low: Math.exp(location - half),
  high: Math.exp(location + half),
})

function findDifference(spread: Spread, effect: StartEffect): Difference {
  const uncertainty = uncertaintyOf(spread, effect)
  return {
    ratio: Math.exp(spread.location),
    interval: around(spread.location, halfWidth(uncertainty)),
    narrow: around(spread.location, halfWidth(uncertainty, 0.9)),
    p: differenceP(spread.location, uncertainty),
    spread,
    uncertainty,
  }
}

/**
 * How the loads of two labs differ; in words why that cannot be told. Runs are compared by their
 * logarithms. How much starts differ is taken from all loads together.
 */
export function findDifferences(
  loads: readonly TwoLabs[],
  { interleaved = false }: FindOptions = {},
): (Difference | string)[] {
  const spreads = loads.map((load) => spreadOfTwo(load, interleaved))
  const effects = startEffects(
    spreads.map((spread) => (typeof spread === 'string' ? undefined : spread)),
  )
  return spreads.map((spread, place) =>
    typeof spread === 'string' ? spread : findDifference(spread, effects[place] as StartEffect),
  )
}
