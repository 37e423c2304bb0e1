import type { Figure, Target } from './figure.ts'
import type { Spread } from './statistics.ts'

const digitsShown = 3
const wholeFrom = 10 ** (digitsShown - 1)

/** Three digits, or more for a large whole number. */
export const digits = (value: number): string =>
  Math.abs(value) >= wholeFrom ? value.toFixed(0) : String(Number(value.toPrecision(digitsShown)))

const spread = ({ median, least, most }: Spread) =>
  least === most ? digits(median) : `${digits(median)} (${digits(least)}–${digits(most)})`

const limit = (target: Target) =>
  'atLeast' in target ? `≥ ${target.atLeast}` : `≤ ${target.atMost}`

const aim = ({ target, unit }: Figure) => {
  if (!target) return ''
  return target.of === 'ratio' ? `ratio ${limit(target)}` : `${limit(target)} ${unit}`
}

const verdict = ({ met }: Figure) => {
  if (met === undefined) return ''
  return met ? 'met' : 'not met'
}

const columns = ['part', 'measure', 'unit', 'ours', 'floor', 'ours : floor', 'target', 'verdict']

const cellsOf = (figure: Figure) => [
  figure.part,
  figure.measure,
  figure.unit,
  spread(figure.ours),
  figure.floor ? spread(figure.floor) : '–',
  figure.ratio ? spread(figure.ratio) : '–',
  aim(figure),
  verdict(figure),
]

/** The figures as lines of aligned columns: medians, and the least and the most of the rounds. */
export function renderTable(figures: readonly Figure[]): string {
  const rows = [columns, ...figures.map(cellsOf)]
  const widths = columns.map((_, at) => Math.max(...rows.map((row) => row[at]?.length ?? 0)))
  const line = (row: readonly string[]) =>
    row
      .map((cell, at) => cell.padEnd(widths[at] ?? 0))
      .join('  ')
      .trimEnd()
  return rows.map(line).join('\n')
}
