/** Who slows whom: each scenario beside the others, over the same alone in the same run. */
import { html } from 'hono/html'
import { counted } from '../../formats/table.ts'
import { scenarios } from '../../model/scenarios.ts'
import { loadName } from '../experiments/together.ts'
import { estimateFigure } from '../judge/estimate.ts'
import { knownRuns, pairRuns } from '../judge/run-values.ts'
import { logSpreadOf } from '../judge/spread.ts'
import { startEffects } from '../judge/start-effect.ts'
import type { Estimate, RunValues } from '../load-figures.ts'
import type { Measurement } from '../measurement.ts'
import { inUnit, scenarioTitle } from './figures.ts'
import { loadOf } from './mistakes.ts'

const numbers = scenarios.map(({ number }) => number)

const loadBeside = (measurement: Measurement, scenario: number, others: readonly number[]) => {
  const group = [...new Set([scenario, ...others])].sort((a, b) => a - b)
  return loadOf(measurement, { experiment: 'together', load: loadName(scenario, group) })
}

/**
 * How many times as long the median of a scenario is beside others, run by run; `undefined` if one
 * of them was not measured.
 */
export function slowdownOf(
  measurement: Measurement,
  scenario: number,
  others: readonly number[],
): RunValues | undefined {
  const [alone, beside] = [[], others].map((group) => loadBeside(measurement, scenario, group))
  if (!alone || !beside) return undefined
  return pairRuns(beside.runFigures.medianMs, alone.runFigures.medianMs, (a, b) => a / b)
}

/** What a scenario is played beside: each other one, and all of them. */
const companies = numbers.flatMap((scenario) =>
  [...numbers.filter((other) => other !== scenario).map((other) => [other]), numbers].map(
    (others) => ({ scenario, others }),
  ),
)

const nameOf = (scenario: number, others: readonly number[]) => `${scenario} ${others.join()}`

/** Every cell of the table with its interval: starts of the lab are taken to affect all alike. */
function estimateCells(measurement: Measurement) {
  const slowdowns = companies.map(
    ({ scenario, others }) => slowdownOf(measurement, scenario, others) ?? [],
  )
  const effects = startEffects(slowdowns.map(logSpreadOf))
  return new Map(
    companies.map(({ scenario, others }, index) => {
      const values = slowdowns[index] ?? []
      const runs = knownRuns(values).flat().length
      return [nameOf(scenario, others), { ...estimateFigure(values, effects[index]), runs }]
    }),
  )
}

// Three times as slow is the strongest color that the text is still readable on.
const strongest = { factor: 3, percent: 45 }

/** The share of color, in per cent: none if the whole interval is not above 1. */
export function colorOf({ value, interval }: Estimate): number {
  if (!interval || interval.low <= 1) return 0
  return Math.round(strongest.percent * Math.min(1, Math.log(value) / Math.log(strongest.factor)))
}

function short(factor: number): string {
  if (factor < 2) return factor.toFixed(2)
  return factor.toFixed(factor < 10 ? 1 : 0)
}

const rangeOf = ({ interval }: Estimate) =>
  interval ? `${short(interval.low)} to ${short(interval.high)}` : 'no interval'

type Cells = ReturnType<typeof estimateCells>
type Table = { measurement: Measurement; cells: Cells; usualRuns: number }

function cell({ cells, usualRuns }: Table, scenario: number, others: number[]) {
  const estimate = cells.get(nameOf(scenario, others))
  if (!estimate || estimate.runs === 0) return html`<td style="--share:0%">–</td>`
  const { runs } = estimate
  const count = runs === usualRuns ? '' : html`<small>${counted(runs, 'run')}</small>`
  return html`<td style="--share:${colorOf(estimate)}%">${short(estimate.value)}×
<small>${rangeOf(estimate)}</small>${count}</td>`
}

function aloneCell({ measurement }: Table, scenario: number) {
  const median = loadBeside(measurement, scenario, [])?.figures.medianMs.value ?? Number.NaN
  return html`<td style="--share:0%"><small>${inUnit(median, 'ms')}</small></td>`
}

const row = (table: Table, scenario: number) => html`<tr>
<th scope="row">${scenarioTitle(scenario)}</th>
${numbers.map((other) =>
  other === scenario ? aloneCell(table, scenario) : cell(table, scenario, [other]),
)}${cell(table, scenario, numbers)}</tr>
`

/** Who slows whom, scenario by scenario; `undefined` if not measured. */
export function interferenceTable(measurement: Measurement) {
  const first = measurement.measured.find(({ experiment }) => experiment === 'together')
  if (!first) return undefined
  const { runs, starts } = first
  const table = { measurement, cells: estimateCells(measurement), usualRuns: runs }
  return html`<p>The median of each scenario beside one other, over its median alone in the same run:
2× takes twice as long. Each row is slowed by the columns; on the diagonal, its median alone. The
values are medians over ${counted(runs, 'run')} in ${counted(starts, 'start')} of the lab, with 95 %
intervals. A cell has color only if its whole interval is above 1; the more, the slower.</p>
<div class="scroll" tabindex="0" role="region" aria-label="Slowdown by scenario">
<table class="heat">
<thead><tr><th scope="col">beside scenario</th>
${numbers.map((number) => html`<th scope="col">${number}</th>`)}
<th scope="col">all</th></tr></thead>
<tbody>${numbers.map((number) => row(table, number))}</tbody>
</table></div>`
}
