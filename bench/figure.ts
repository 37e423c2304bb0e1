/** The figures of the bench: rounds summed up, judged, and printed. */
import { max, median, min } from 'simple-statistics'
import { printTable } from '../formats/table.ts'

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

type FigureOptions = Pick<Figure, 'part' | 'measure' | 'unit'> & {
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

/** What a figure shows of a round. */
type Row<T> = [measure: string, unit: string, pick: (round: T) => number, target?: Target]

/** The figures of one part; none if ours was not measured. */
export const figuresOf = <T>(part: string, { ours, floor }: Rounds<T>, rows: Row<T>[]): Figure[] =>
  rows
    .filter(() => ours.length > 0)
    .map(([measure, unit, pick, target]) =>
      figureOf({ part, measure, unit, ours: ours.map(pick), floor: floor?.map(pick), target }),
    )

const digitsShown = 3
const wholeFrom = 10 ** (digitsShown - 1)

/** Three digits, or more for a large whole number. */
export const digits = (value: number): string =>
  Math.abs(value) >= wholeFrom ? value.toFixed(0) : String(Number(value.toPrecision(digitsShown)))

const spread = ({ median, least, most }: Spread) =>
  least === most ? digits(median) : `${digits(median)} (${digits(least)}–${digits(most)})`

const limit = (target: Target) =>
  'atLeast' in target ? `≥ ${target.atLeast}` : `≤ ${target.atMost}`

const cellsOf = ({ part, measure, unit, ours, floor, ratio, target, met }: Figure) => [
  `${part}: ${measure}`,
  unit,
  spread(ours),
  floor ? spread(floor) : '–',
  ratio ? spread(ratio) : '–',
  target ? `${target.of} ${limit(target)}` : '',
  met === undefined ? '' : `${met ? '' : 'not '}met`,
]

/** Medians of the rounds, with the least and the most. */
export const renderTable = (figures: readonly Figure[]): string =>
  printTable(
    ['measure', 'unit', 'ours', 'floor', 'ours : floor', 'target', 'verdict'],
    figures.map(cellsOf),
  )
