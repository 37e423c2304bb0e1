import type { Result } from '../lab/tour/play.ts'
import type { Scenario } from '../lab/tour/scenarios.ts'

const headings = [
  'scenario',
  'request',
  'expected',
  'measured',
  'where the time went (ms)',
  'verdict',
]
const widths = [25, 31, 20, 14, 58, 12]
const tableWidth = widths.reduce((sum, width) => sum + width + 1, 0)

const row = (cells: string[]) =>
  cells
    .map((cell, column) => cell.padEnd(widths[column] ?? 0))
    .join(' ')
    .trimEnd()

const block = ([title = '', ...cells]: string[]) =>
  [
    title,
    ...cells.map((cell, column) => `    ${(headings[column + 1] ?? '').padEnd(26)}${cell}`),
  ].join('\n')

const inMs = (milliseconds: number) =>
  `${milliseconds < 10 ? milliseconds.toFixed(1) : Math.round(milliseconds)} ms`

/** The parts of `Server-Timing` in order, and the service's own time. */
function whereTheTimeWent(phases: ReadonlyMap<string, number>): string {
  const named = [...phases].filter(([name]) => name !== 'total')
  const elsewhere = named.reduce((sum, [, time]) => sum + time, 0)
  const own = Math.max(0, (phases.get('total') ?? 0) - elsewhere)
  return [...named, ['own', own] as const]
    .map(([name, time]) => `${name} ${Math.round(time)}`)
    .join(' + ')
}

const cellsOf = ({ number, title, function: name, method, route }: Scenario, result: Result) => [
  `${number} ${title}`,
  `${method} ${name}${route.replace(/{.+}/, '1')}`,
  `${result.expected.status} ${result.expected.because}`,
  `${result.status} ${inMs(result.measuredMs)}`,
  whereTheTimeWent(result.phases),
  result.verdict,
]

export type Layout = { heading: string; print: (scenario: Scenario, result: Result) => string }

/** A table; on a narrow terminal a block of lines per scenario. */
export function chooseLayout(columns = tableWidth): Layout {
  const isNarrow = columns < tableWidth
  const layout = isNarrow ? block : row
  return {
    heading: isNarrow ? '' : `\n${row(headings)}`,
    print: (scenario, result) => layout(cellsOf(scenario, result)),
  }
}
