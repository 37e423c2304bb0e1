import { ratiosOf, type Spread, spreadOf } from './statistics.ts'

/** What a figure has to reach: of the ratio to the floor, or of our own value. */
export type Target = { of: 'ratio' | 'ours' } & ({ atLeast: number } | { atMost: number })

/** One line of the table: a measure of both sides over several rounds. */
export type Figure = {
  part: string
  /** What is measured. */
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
  floor?: readonly number[]
  target?: Target | undefined
}

/** Sums the rounds up and compares the median with the target. */
export function figureOf({ ours, floor, target, ...names }: FigureOptions): Figure {
  const compared = floor && {
    floor: spreadOf(floor),
    ratio: spreadOf(ratiosOf(ours, floor)),
  }
  const figure: Figure = { ...names, ours: spreadOf(ours), ...compared }
  return target ? { ...figure, target, met: isMet(figure, target) } : figure
}

/** @throws Error for a target of the ratio without a floor */
function isMet(figure: Figure, target: Target): boolean {
  const judged = figure[target.of]
  if (!judged) throw new Error(`${figure.part}: ${figure.measure} has no ${target.of} to judge`)
  return 'atLeast' in target ? judged.median >= target.atLeast : judged.median <= target.atMost
}

export type Sides<T> = { ours: readonly T[]; floor: readonly T[] }

/** Makes the figures of one part out of the rounds of both sides. */
export const comparing =
  <T>(part: string, { ours, floor }: Sides<T>) =>
  (measure: string, unit: string, pick: (round: T) => number, target?: Target): Figure =>
    figureOf({ part, measure, unit, ours: ours.map(pick), floor: floor.map(pick), target })

/** The figure of rounds that are too short to be judged. */
export const withoutTarget = ({ target, met, ...figure }: Figure): Figure => figure
