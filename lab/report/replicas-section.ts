import { axisX, axisY, dot, gridY, line, ruleX } from '@observablehq/plot'
import { html } from 'hono/html'
import { counted, percent } from '../../formats/table.ts'
import { lastShares, shareRange } from '../judge/replica-shares.ts'
import { type LoadMeasurement, nameOf } from '../load-figures.ts'
import type { Measurement } from '../measurement.ts'
import type { Balancing } from '../predict/simulate-ceiling.ts'
import { colors, draw, figure, panel, replicasLegend } from './draw.ts'
import { estimateInUnit, inUnit, prose, scenarioTitle, withEnds } from './figures.ts'

/** The ceiling of a number of replicas: predicted, simulated and perhaps measured. */
type ReplicasRow = {
  scenario: number
  replicas: number
  predicted: number
  simulated: Record<Balancing, number>
  measured: LoadMeasurement | undefined
}

/** All ceilings of replicas that were predicted, by scenario, in the order of their number. */
function replicasRows({ predictions, measured }: Measurement): Map<number, ReplicasRow[]> {
  const rows = predictions.flatMap((prediction): ReplicasRow[] => {
    const { condition, scenario, completedPerSecond: predicted } = prediction
    const { simulatedPerSecond: simulated } = prediction
    if (predicted === undefined || !simulated) return []
    const found = measured.find((load) => nameOf(load) === nameOf(prediction))
    return [{ scenario, replicas: Number(condition), predicted, simulated, measured: found }]
  })
  return Map.groupBy(
    rows.toSorted((a, b) => a.replicas - b.replicas),
    ({ scenario }) => scenario,
  )
}

const inWords = ({ replicas, predicted, simulated, measured }: ReplicasRow) =>
  `${replicas}: predicted ${inUnit(predicted, '/s')}, ` +
  (measured
    ? `measured ${inUnit(measured.figures.completedPerSecond.value, '/s')}`
    : `simulated ${inUnit(simulated['round-robin'], '/s')}`)

/** The ceilings of one scenario, on scales on which a proportion is a straight line. */
function replicasChart(scenario: number, rows: readonly ReplicasRow[]) {
  const measured = rows
    .flatMap(({ replicas, measured: load }) =>
      load ? [{ replicas, ...withEnds(load.figures.completedPerSecond) }] : [],
    )
    .filter(({ value }) => value > 0)
  const simulated = rows.filter((row) => !row.measured)
  const x = 'replicas'
  const label = prose`Ceiling of scenario ${scenarioTitle(scenario)} by replicas.
    ${rows.map(inWords).join('; ')}`
  return draw(label, {
    ...panel,
    marginLeft: 56,
    x: { type: 'log', label: 'replicas' },
    y: { type: 'log', label: 'completed per second', nice: true },
    marks: [
      gridY({ ticks: 4, stroke: colors.line, strokeOpacity: 1 }),
      axisX(
        rows.map(({ replicas }) => replicas),
        // As texts: the scale itself would name powers of ten only.
        { text: String, tickSize: 0, color: colors.muted, labelAnchor: 'right' },
      ),
      axisY({ ticks: 4, tickSize: 0, color: colors.muted, tickFormat: String }),
      line(rows, { x, y: 'predicted', stroke: colors.predicted, strokeWidth: 1.5 }),
      dot(simulated, {
        x,
        y: ({ simulated: each }: ReplicasRow) => each['round-robin'],
        symbol: 'square',
        r: 5,
        stroke: colors.predicted,
        strokeWidth: 1.5,
      }),
      ruleX(measured, { x, y1: 'low', y2: 'high', stroke: colors.measured, strokeWidth: 3 }),
      dot(measured, { x, y: 'value', r: 4.5, fill: colors.measured }),
    ],
  })
}

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
    ? html`<td data-name="Measured">${estimateInUnit(load.figures.completedPerSecond, '/s')}
<small>${counted(load.runs, 'run')}</small></td>
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

const panelOf = ([scenario, rows]: OfScenario) =>
  figure(scenarioTitle(scenario), replicasChart(scenario, rows))

const table = ([scenario, rows]: OfScenario) => html`
<h3>${scenarioTitle(scenario)}</h3>
<table class="stack">
<caption>Requests completed per second, above the ceiling. The last column is the smallest and the
largest share of the requests that one replica answered in any run.</caption>
<thead><tr><th scope="col">replicas</th><th scope="col">predicted</th>
<th scope="col">simulated, in turn</th><th scope="col">measured</th>
<th scope="col">shares of the replicas</th></tr></thead>
<tbody>${rows.map(row)}</tbody></table>`

/** The ceilings of several replicas, and the share of each; `undefined` if they were not predicted. */
export function replicasSection(measurement: Measurement) {
  const rows = [...replicasRows(measurement)]
  if (rows.length === 0) return undefined
  return html`<p>Each replica adds its slots. The formula multiplies the slots of one. The simulation
plays so many replicas that share nothing: each has a machine of its own, and gets its requests in
turn or at random.</p>
${replicasLegend}<div class="panels pairs">${rows.map(panelOf)}</div>${rows.map(table)}`
}
