/**
 * How much starts of a lab differ, beside the runs of one start. Three starts of one load say
 * little about it, so that it is taken from all loads of the same starts together.
 */
import { mean, sum } from 'simple-statistics'
import type { Spread } from './spread.ts'

/**
 * What is known of the variance between starts over the variance between runs of one start: ratios
 * that are equally likely, in ascending order.
 */
export type StartEffect = readonly number[]

/** Where starts do not differ, or cannot be told from runs. */
export const noEffect: StartEffect = [0]

// Starts that differ ten times as much as runs do are the most that is looked for.
const largestRatio = 100
const steps = 80
const likely = 20

// Of ten loads, one may have starts that differ otherwise than those of the others.
const ownShare = 0.1

const isTelling = ({ betweenFreedom, withinFreedom, between, within }: Spread) =>
  betweenFreedom > 0 && withinFreedom > 0 && between + within > 0

/** Ratios at even steps of the logarithm of `1 + perStart * ratio`, all equally likely at first. */
const ratiosFor = (perStart: number): number[] => {
  const end = Math.log1p(perStart * largestRatio)
  return Array.from({ length: steps }, (_, k) => Math.expm1((end * k) / (steps - 1)) / perStart)
}

/**
 * The likelihood of each ratio, over that of the likeliest, the mean and the variance of runs
 * integrated out (Box and Tiao, Bayesian Inference in Statistical Analysis, 5.2).
 */
function likelihoods(spread: Spread, ratios: readonly number[]): number[] {
  const { perStart, between, within, betweenFreedom, withinFreedom } = spread
  const logs = ratios.map((ratio) => {
    const inflation = 1 + perStart * ratio
    const squares = between / inflation + within
    const all = betweenFreedom + withinFreedom
    return -0.5 * (betweenFreedom * Math.log(inflation) + all * Math.log(squares))
  })
  const highest = Math.max(...logs)
  return logs.map((log) => Math.exp(log - highest))
}

/** Ratios that halve twenty equal shares of the weights. */
function quantilesOf(ratios: readonly number[], weights: readonly number[]): number[] {
  const all = sum([...weights])
  const wanted = Array.from({ length: likely }, (_, k) => ((k + 0.5) / likely) * all)
  let [place, below] = [0, 0]
  return wanted.map((weight) => {
    while (place < ratios.length - 1 && below + (weights[place] as number) < weight) {
      below += weights[place] as number
      place++
    }
    return ratios[place] as number
  })
}

/** The same of a load that may have a ratio of its own. */
const contaminate = (weights: readonly number[]): number[] => {
  const any = ownShare * mean([...weights])
  return weights.map((weight) => (1 - ownShare) * weight + any)
}

/** What all loads but this one say of the ratio. */
function weightsOf(others: readonly number[][], ratios: readonly number[]): number[] {
  const logs = ratios.map((_, k) => sum(others.map((each) => Math.log(each[k] as number))))
  const highest = Math.max(...logs)
  return logs.map((log) => Math.exp(log - highest))
}

/**
 * The effect on each load. All have the same ratio, but for one in ten with a ratio of its own, so
 * that a load whose starts differ far more than those of the others widens its own intervals.
 */
export function startEffects(spreads: readonly (Spread | undefined)[]): StartEffect[] {
  const telling = spreads.filter((spread) => spread !== undefined && isTelling(spread)) as Spread[]
  if (telling.length === 0) return spreads.map(() => noEffect)
  const ratios = ratiosFor(mean(telling.map(({ perStart }) => perStart)))
  const own = telling.map((spread) => likelihoods(spread, ratios))
  const evidence = own.map(contaminate)
  return spreads.map((spread) => {
    const place = spread ? telling.indexOf(spread) : -1
    const others = evidence.filter((_, load) => load !== place)
    const prior = contaminate(weightsOf(others, ratios))
    const weights = prior.map((each, k) => each * (own[place]?.[k] ?? 1))
    return quantilesOf(ratios, weights)
  })
}

/**
 * By how much starts widen the variance of a median (Kish's design effect): two runs of one start
 * are on the same side of it more often, by `2 / π · asin(ratio / (1 + ratio))` (Sheppard, 1899).
 * @param perStart runs of one start
 */
export const designEffect = (effect: StartEffect, perStart: number): number => {
  const signs = effect.map((ratio) => (2 / Math.PI) * Math.asin(ratio / (1 + ratio)))
  return 1 + (perStart - 1) * mean([...signs])
}
