/** All loads: charts of latency against load, and a table. */
import { axisX, axisY, dot, gridY, line, ruleX, text } from '@observablehq/plot'
import { html } from 'hono/html'
import { readFigure } from '../judge/criteria.ts'
import type { LoadKey, LoadMeasurement, LoadPrediction, Measurement } from '../measurement.ts'
import { chartLegend, colors, draw } from './draw.ts'
import { estimateInUnit, inUnit, rounded, scenarioTitle, type Unit } from './figures.ts'

// Both kinds of arrivals come at the same rate: side by side.
const looks = {
  even: { dx: -4, symbol: 'circle', dash: '' },
  poisson: { dx: 4, symbol: 'triangle', dash: '2 4' },
} as const

type Point = {
  perSecond: number
  predicted: number | undefined
  value: number
  low: number
  high: number
}

const pointOf = (metric: Metric, { perSecond, measured, predicted }: OpenLoad): Point => {
  const { value, interval } = metric.measured(measured)
  const expected = predicted && metric.predicted(predicted)
  const { low, high } = interval ?? { low: value, high: value }
  return { perSecond, predicted: expected, value, low, high }
}

function marksOf(metric: Metric, arrivals: OpenLoad['arrivals'], loads: OpenLoad[]) {
  const ceiling = ceilingOf(loads)
  const { dx, symbol, dash } = looks[arrivals]
  const mine = loads.filter((load) => load.arrivals === arrivals)
  const points = mine.map((load) => pointOf(metric, load))
  const predicted = points.filter((point) => point.predicted !== undefined)
  // A line across the ceiling would promise a gentle slope where there is a step.
  const below = predicted.filter(({ perSecond }) => !(ceiling && perSecond > ceiling))
  const at = { x: 'perSecond', dx } as const
  const runs = mine.flatMap(({ perSecond, measured }) =>
    metric.runs(measured).map((value) => ({ perSecond, value })),
  )
  const amber = { stroke: colors.predicted, strokeWidth: 1.5 }
  return [
    line(below, { ...at, y: 'predicted', ...amber, strokeDasharray: dash }),
    dot(predicted, { ...at, y: 'predicted', symbol: 'diamond', r: 6, ...amber }),
    ruleX(points, { ...at, y1: 'low', y2: 'high', stroke: colors.measured, strokeWidth: 3 }),
    dot(points, { ...at, y: 'value', symbol, r: 4.5, fill: colors.measured }),
    dot(runs, { x: 'perSecond', y: 'value', dx: dx * 3, r: 2, stroke: colors.measured }),
  ]
}

/** Above this rate, the service completes no more. */
const ceilingOf = (loads: OpenLoad[]) =>
  loads
    .map(({ perSecond, predicted }) => ({ perSecond, completed: predicted?.completedPerSecond }))
    .find(({ perSecond, completed }) => completed !== undefined && completed < perSecond * 0.99)
    ?.completed

function inWords(metric: Metric, loads: OpenLoad[]): string {
  const points = loads.map((load) => {
    const { perSecond, predicted, value } = pointOf(metric, load)
    const expected = predicted === undefined ? '' : `, predicted ${inUnit(predicted, metric.unit)}`
    return `${inUnit(perSecond, '/s')} ${load.arrivals}: ${inUnit(value, metric.unit)}${expected}`
  })
  return `${metric.title} by offered load. ${points.join('; ')}`
}

const unitOf = ({ unit }: Metric) => (unit === '/s' ? 'per second' : unit)

/** The end of the scale, which needs a length even if all is 0. */
function highest(metric: Metric, loads: OpenLoad[]): number {
  const points = loads.map((load) => pointOf(metric, load))
  const values = points.flatMap(({ predicted = 0, value, high }) => [predicted, value, high])
  const runs = loads.flatMap(({ measured }) => metric.runs(measured))
  return Math.max(...[...values, ...runs].filter(Number.isFinite), 0) || 1
}

function chart(metric: Metric, loads: OpenLoad[]) {
  const ceiling = ceilingOf(loads)
  const ceilings = ceiling === undefined ? [] : [ceiling]
  return draw(inWords(metric, loads), {
    width: 460,
    height: 260,
    marginTop: 32,
    marginLeft: 48,
    marginBottom: 40,
    style: { fontSize: '12px' },
    x: { zero: true, nice: true, label: 'offered per second' },
    y: { domain: [0, highest(metric, loads)], nice: true, label: unitOf(metric) },
    marks: [
      gridY({ ticks: 4, stroke: colors.line, strokeOpacity: 1 }),
      axisX({ ticks: 5, tickSize: 0, color: colors.muted, labelAnchor: 'right' }),
      axisY({ ticks: 4, tickSize: 0, color: colors.muted }),
      ruleX(ceilings, { stroke: colors.muted, strokeDasharray: '1 3' }),
      text(ceilings, {
        x: (rate) => rate,
        frameAnchor: 'top',
        textAnchor: 'start',
        text: () => 'ceiling',
        fill: colors.muted,
        dx: 5,
        dy: -4,
      }),
      marksOf(metric, 'even', loads),
      marksOf(metric, 'poisson', loads),
    ],
  })
}

const panels = ([scenario, loads]: [number, OpenLoad[]]) => html`
<h3>${scenarioTitle(scenario)}</h3>
<div class="panels pairs">${metrics.map(
  (metric) => html`<figure><figcaption><strong>${metric.title}</strong></figcaption>
${chart(metric, loads)}</figure>`,
)}</div>`

/**
 * Latency, waits, throughput and refusals against the offered load; `undefined` if not measured.
 */
export function capacityCharts(measurement: Measurement) {
  const several = [...openLoads(measurement)].filter(([, loads]) => loads.length > 1)
  if (several.length === 0) return undefined
  return html`<p>Arrivals come at their rate, whether the service keeps up or not. Even arrivals
below the ceiling find a free slot each; Poisson arrivals come in clusters and wait at the same
load.</p>
${chartLegend}${several.map(panels)}`
}

/** A figure of a load, with its title. */
export type Metric = { title: string } & ReturnType<typeof readFigure>

/** An open load with its prediction. */
type OpenLoad = {
  arrivals: 'even' | 'poisson'
  perSecond: number
  measured: LoadMeasurement
  predicted: LoadPrediction | undefined
}

export const metrics: readonly Metric[] = [
  { title: 'Latency, median', ...readFigure('medianMs', 'ms') },
  { title: 'Wait for a slot, 95th percentile', ...readFigure('queueP95Ms', 'ms') },
  { title: 'Completed', ...readFigure('completedPerSecond', '/s') },
  { title: 'Refused', ...readFigure('refusedShare', '%') },
]

const isSame = (a: LoadKey, b: LoadKey) =>
  a.experiment === b.experiment && a.condition === b.condition && a.load === b.load

/** The prediction for a measured load. */
export const predictionOf = ({ predictions }: Measurement, load: LoadKey) =>
  predictions.find((prediction) => isSame(prediction, load))

/** The open loads of the capacity experiment, by scenario, in the order of their rates. */
function openLoads(measurement: Measurement): Map<number, OpenLoad[]> {
  const loads = measurement.measured.flatMap((measured): OpenLoad[] => {
    const { arrivals, perSecond, experiment } = measured
    if (experiment !== 'capacity' || arrivals === 'closed' || perSecond === undefined) return []
    return [{ arrivals, perSecond, measured, predicted: predictionOf(measurement, measured) }]
  })
  return Map.groupBy(
    loads.toSorted((a, b) => a.perSecond - b.perSecond),
    ({ measured }) => measured.scenario,
  )
}

const pair = (measured: string, predicted: number | undefined, unit: Unit) =>
  predicted === undefined
    ? measured
    : html`${measured}<small>predicted ${inUnit(predicted, unit)}</small>`

const offered = ({ arrivals, perSecond }: LoadMeasurement) =>
  perSecond === undefined ? arrivals : `${arrivals}, ${rounded(perSecond)}/s`

const cellOf =
  (measured: LoadMeasurement, predicted: LoadPrediction | undefined) => (metric: Metric) => {
    const text = estimateInUnit(metric.measured(measured), metric.unit)
    const expected = predicted && metric.predicted(predicted)
    return html`<td data-name="${metric.title}">${pair(text, expected, metric.unit)}</td>`
  }

const row = (measurement: Measurement, load: LoadMeasurement) => html`<tr>
<th scope="row">${load.load}<small>${load.experiment}, ${load.condition}</small></th>
<td data-name="Arrivals">${offered(load)}
<small>${load.samples} requests, ${load.runMedians.length} runs</small></td>
<td data-name="Latency, p95">${estimateInUnit(load.p95Ms, 'ms')}</td>
${metrics.map(cellOf(load, predictionOf(measurement, load)))}</tr>
`

/** Every load with its predictions and measurements. */
export const allLoads = (measurement: Measurement) => html`<details>
<summary>All ${measurement.measured.length} loads as a table</summary>
<table class="stack">
<caption>Latencies of answers as designed, with 95 % intervals.</caption>
<thead><tr><th scope="col">load</th><th scope="col">arrivals</th>
<th scope="col">Latency, p95</th>
${metrics.map(({ title }) => html`<th scope="col">${title}</th>`)}</tr></thead>
<tbody>${measurement.measured.map((load) => row(measurement, load))}</tbody>
</table></details>`
