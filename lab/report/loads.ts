/** All loads: charts of latency against load, and a table. */
import { axisX, axisY, dot, gridY, line, ruleX, text } from '@observablehq/plot'
import { html } from 'hono/html'
import { readFigure } from '../judge/criteria.ts'
import type { LoadMeasurement, LoadPrediction, Measurement } from '../measurement.ts'
import { chartLegend, colors, draw, figure, panel } from './draw.ts'
import { estimateInUnit, inUnit, rounded, scenarioTitle, withEnds } from './figures.ts'

// Both kinds of arrivals come at the same rate: side by side.
const looks = {
  even: { dx: -4, symbol: 'circle', dash: '' },
  poisson: { dx: 4, symbol: 'triangle', dash: '2 4' },
} as const

const pointOf = (metric: Metric, { perSecond, measured, predicted }: OpenLoad) => ({
  perSecond,
  predicted: predicted && metric.predicted(predicted),
  ...withEnds(metric.measured(measured)),
})

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

/** The end of the scale, which needs a length even if all is 0. */
function highest(metric: Metric, loads: OpenLoad[]): number {
  const points = loads.map((load) => pointOf(metric, load))
  const values = points.flatMap(({ predicted = 0, value, high }) => [predicted, value, high])
  const runs = loads.flatMap(({ measured }) => metric.runs(measured))
  return Math.max(...[...values, ...runs].filter(Number.isFinite), 0) || 1
}

function chart(metric: Metric, loads: OpenLoad[]) {
  const label = metric.unit === '/s' ? 'per second' : metric.unit
  const ceiling = ceilingOf(loads)
  const ceilings = ceiling === undefined ? [] : [ceiling]
  return draw(inWords(metric, loads), {
    ...panel,
    marginTop: 32,
    marginLeft: 48,
    x: { zero: true, nice: true, label: 'offered per second' },
    y: { domain: [0, highest(metric, loads)], nice: true, label },
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
<div class="panels pairs">
${metrics.map((metric) => figure(metric.title, chart(metric, loads)))}</div>`

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
type Metric = { title: string } & ReturnType<typeof readFigure>

/** An open load with its prediction. */
type OpenLoad = {
  arrivals: 'even' | 'poisson'
  perSecond: number
  measured: LoadMeasurement
  predicted: LoadPrediction | undefined
}

const metrics: readonly Metric[] = [
  { title: 'Latency, median', ...readFigure('medianMs', 'ms') },
  { title: 'Wait for a slot, 95th percentile', ...readFigure('queueP95Ms', 'ms') },
  { title: 'Completed', ...readFigure('completedPerSecond', '/s') },
  { title: 'Refused', ...readFigure('refusedShare', '%') },
]

const keys = ['experiment', 'condition', 'load'] as const

/** The prediction for a measured load. */
const predictionOf = ({ predictions }: Measurement, load: LoadMeasurement) =>
  predictions.find((prediction) => keys.every((key) => prediction[key] === load[key]))

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

const offered = ({ arrivals, perSecond }: LoadMeasurement) =>
  perSecond === undefined ? arrivals : `${arrivals}, ${rounded(perSecond)}/s`

const cellOf =
  (load: LoadMeasurement, prediction: LoadPrediction | undefined) =>
  ({ title, unit, measured, predicted }: Metric) => {
    const expected = prediction && predicted(prediction)
    const small =
      expected === undefined ? '' : html`<small>predicted ${inUnit(expected, unit)}</small>`
    return html`<td data-name="${title}">${estimateInUnit(measured(load), unit)}${small}</td>`
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
