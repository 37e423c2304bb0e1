import { html } from 'hono/html'
import { percent } from '../../formats/table.ts'
import type { LoadMeasurement, Measurement } from '../results/measurement.ts'
import { lastShares, shareRange } from '../results/replica-shares.ts'
import { estimateInUnit, inUnit, scenarioTitle } from './figures.ts'
import { replicasLegend } from './legend.ts'
import { replicasChart } from './replicas-chart.ts'
import { type ReplicasRow, replicasRows } from './replicas-rows.ts'

function sharesCell(load: LoadMeasurement) {
  const range = shareRange(load)
  if (!range) return html`no response names its replica`
  return html`${percent(range.low)} to ${percent(range.high)}
<small>last run: ${lastShares(load)
    .map(({ name, share }) => `${name} ${percent(share)}`)
    .join(', ')}</small>`
}

const measuredCells = (load: LoadMeasurement | undefined) =>
  load
    ? html`<td data-name="Measured">${estimateInUnit(load.completedPerSecond, '/s')}
<small>${load.runFigures.completedPerSecond.length} runs</small></td>
<td data-name="Shares of the replicas">${sharesCell(load)}</td>`
    : html`<td data-name="Measured">not measured: <strong>simulated</strong></td>
<td data-name="Shares of the replicas">–</td>`

const row = ({ replicas, predicted, simulated, measured }: ReplicasRow) => html`<tr>
<th scope="row">${replicas}</th>
<td data-name="Predicted">${inUnit(predicted, '/s')}</td>
<td data-name="Simulated">${inUnit(simulated['round-robin'], '/s')}
<small>${inUnit(simulated.random, '/s')} at random</small></td>
${measuredCells(measured)}</tr>
`

type OfScenario = [scenario: number, rows: ReplicasRow[]]

const figure = ([scenario, rows]: OfScenario) => html`<figure>
<figcaption><strong>${scenarioTitle(scenario)}</strong></figcaption>
${replicasChart(scenario, rows)}</figure>`

const table = ([scenario, rows]: OfScenario) => html`
<h3>${scenarioTitle(scenario)}</h3>
<table class="stack">
<caption>Requests completed per second, above the ceiling. The last column is the smallest and the
largest share of the requests that one replica answered in any run.</caption>
<thead><tr><th scope="col">replicas</th><th scope="col">predicted</th>
<th scope="col">simulated, in turn</th><th scope="col">measured</th>
<th scope="col">shares of the replicas</th></tr></thead>
<tbody>${rows.map(row)}</tbody></table>`

/** The ceilings of several replicas, and who answered; `undefined` if they were not predicted. */
export function replicasSection(measurement: Measurement) {
  const rows = [...replicasRows(measurement)]
  if (rows.length === 0) return undefined
  return html`<p>Each replica adds its slots. The formula multiplies the slots of one. The simulation
plays so many replicas that share nothing: each has a machine of its own, and gets its requests in
turn or at random.</p>
${replicasLegend}<div class="panels pairs">${rows.map(figure)}</div>${rows.map(table)}`
}
