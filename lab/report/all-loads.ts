import { html } from 'hono/html'
import type { LoadMeasurement, LoadPrediction, Measurement } from '../measurement.ts'
import { type Metric, metrics, predictionOf } from './capacity-loads.ts'
import { estimateInUnit, inUnit, rounded, type Unit } from './figures.ts'

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
