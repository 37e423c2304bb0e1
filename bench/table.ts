/** The figures of the bench for a terminal. */
import { printTable } from '../formats/table.ts'
import type { Figure, Spread, Target } from './figure.ts'

const digitsShown = 3
const wholeFrom = 10 ** (digitsShown - 1)

/** Three digits, or more for a large whole number. */
export const digits = (value: number): string =>
  Math.abs(value) >= wholeFrom ? value.toFixed(0) : String(Number(value.toPrecision(digitsShown)))

const spread = ({ median, least, most }: Spread) =>
  least === most ? digits(median) : `${digits(median)} (${digits(least)}–${digits(most)})`

const limit = (target: Target) =>
  'atLeast' in target ? `≥ ${target.atLeast}` : `≤ ${target.atMost}`

const verdicts = new Map([
  [true, 'met'],
  [false, 'not met'],
])

const cellsOf = ({ part, measure, unit, ours, floor, ratio, target, met }: Figure) => [
  `${part}: ${measure}`,
  unit,
  spread(ours),
  floor ? spread(floor) : '–',
  ratio ? spread(ratio) : '–',
  target ? `${target.of} ${limit(target)}` : '',
  (met !== undefined && verdicts.get(met)) || '',
]

/** Medians of the rounds, with the least and the most. */
export const renderTable = (figures: readonly Figure[]): string =>
  printTable(
    ['measure', 'unit', 'ours', 'floor', 'ours : floor', 'target', 'verdict'],
    figures.map(cellsOf),
  )
