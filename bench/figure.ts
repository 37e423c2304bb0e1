import { max, median, min } from 'simple-statistics'

/** The middle of the values of several rounds, and their range. */
export type Spread = { median: number; least: number; most: number }

/**
 * The median, the smallest and the largest value.
 * @throws Error without values
 */
export function spreadOf(values: readonly number[]): Spread {
  const all = [...values]
  if (all.length === 0) throw new Error('There is no round to sum up')
  return { median: median(all), least: min(all), most: max(all) }
}

/**
 * The ratio of each round. A round compares neighbours in time, so a machine that slows down slows
 * both.
 */
export const ratiosOf = (ours: readonly number[], floor: readonly number[]): number[] =>
  ours.map((value, round) => value / (floor[round] ?? Number.NaN))

/** A limit of the ratio to the floor, or of our own value. */
export type Target = { of: 'ratio' | 'ours' } & ({ atLeast: number } | { atMost: number })

/** One line of the table: one measure over several rounds. */
export type Figure = {
  part: string
  measure: string
  unit: string
  ours: Spread
  floor?: Spread
  /** Ours divided by the floor. */
  ratio?: Spread
  target?: Target
  met?: boolean
}

export type FigureOptions = Pick<Figure, 'part' | 'measure' | 'unit'> & {
  /** The values of the rounds. */
  ours: readonly number[]
  floor?: readonly number[] | undefined
  target?: Target | undefined
}

/** Sums the rounds up and compares the median with the target. */
export function figureOf({ ours, floor, target, ...names }: FigureOptions): Figure {
  const compared = floor && { floor: spreadOf(floor), ratio: spreadOf(ratiosOf(ours, floor)) }
  const figure: Figure = { ...names, ours: spreadOf(ours), ...compared }
  return target ? { ...figure, target, met: isMet(figure, target) } : figure
}

/** @throws Error for a target of the ratio without a floor */
function isMet(figure: Figure, target: Target): boolean {
  const judged = figure[target.of]
  if (!judged) throw new Error(`${figure.part}: ${figure.measure} has no ${target.of} to judge`)
  return 'atLeast' in target ? judged.median >= target.atLeast : judged.median <= target.atMost
}

/** The rounds of ours, and of the floor if there is one. */
export type Rounds<T> = { ours: readonly T[]; floor?: readonly T[] }

/** Makes the figures of one part from its rounds. */
export const figuresFrom =
  <T>(part: string, { ours, floor }: Rounds<T>) =>
  (measure: string, unit: string, pick: (round: T) => number, target?: Target): Figure =>
    figureOf({ part, measure, unit, ours: ours.map(pick), floor: floor?.map(pick), target })
