import { html } from 'hono/html'
import { scenarios } from '../../model/scenarios.ts'
import { loadName } from '../experiments/together.ts'
import type { Measurement } from '../measurement.ts'
import { inUnit, scenarioTitle } from './figures.ts'

const numbers = scenarios.map(({ number }) => number)

const medianOf = ({ measured }: Measurement, scenario: number, group: readonly number[]) =>
  measured.find(
    ({ experiment, load }) => experiment === 'together' && load === loadName(scenario, group),
  )?.medianMs.value

/** The median of a scenario beside others over its median alone; `undefined` if not measured. */
export function slowdown(measurement: Measurement, scenario: number, others: readonly number[]) {
  const alone = medianOf(measurement, scenario, [scenario])
  const group = [scenario, ...others].sort((a, b) => a - b)
  const beside = medianOf(measurement, scenario, group)
  return alone && beside ? beside / alone : undefined
}

// Three times as slow is the strongest color that the text is still readable on.
const shareOf = (factor: number) =>
  Math.round(45 * Math.min(1, Math.max(0, Math.log(factor) / Math.log(3))))

function cell(factor: number | undefined) {
  if (factor === undefined) return html`<td style="--share:0%">–</td>`
  return html`<td style="--share:${shareOf(factor)}%">${factor.toFixed(factor < 10 ? 1 : 0)}×</td>`
}

const aloneCell = (ms = Number.NaN) =>
  html`<td style="--share:0%"><small>${inUnit(ms, 'ms')}</small></td>`

const row = (measurement: Measurement, scenario: number) => html`<tr>
<th scope="row">${scenarioTitle(scenario)}</th>
${numbers.map((other) =>
  other === scenario
    ? aloneCell(medianOf(measurement, scenario, [scenario]))
    : cell(slowdown(measurement, scenario, [other])),
)}${cell(
  slowdown(
    measurement,
    scenario,
    numbers.filter((it) => it !== scenario),
  ),
)}</tr>
`

/** Who slows whom, scenario by scenario; `undefined` if not measured. */
export function interferenceTable(measurement: Measurement) {
  if (!measurement.measured.some(({ experiment }) => experiment === 'together')) return undefined
  return html`<p>The median of each scenario beside one other, over its median alone: 2× is twice
as slow. The more color, the slower.</p>
<div class="scroll" tabindex="0" role="region" aria-label="Slowdown by scenario">
<table class="heat">
<caption>Each row is slowed by the columns; on the diagonal, its median alone.</caption>
<thead><tr><th scope="col">beside scenario</th>
${numbers.map((number) => html`<th scope="col">${number}</th>`)}
<th scope="col">all</th></tr></thead>
<tbody>${numbers.map((number) => row(measurement, number))}</tbody>
</table></div>`
}
