import { html } from 'hono/html'
import type { LoadMeasurement, Measurement } from '../results/measurement.ts'
import { predictionOf } from './capacity-loads.ts'
import { estimateInUnit, inUnit, rounded, type Unit } from './figures.ts'

const pair = (predicted: number | undefined, measured: string, unit: Unit) =>
  html`${measured}${predicted === undefined ? '' : html`<small>predicted ${inUnit(predicted, unit)}</small>`}`

const offered = ({ arrivals, perSecond }: LoadMeasurement) =>
  perSecond === undefined ? arrivals : `${arrivals}, ${rounded(perSecond)}/s`

function row(measurement: Measurement, load: LoadMeasurement) {
  const predicted = predictionOf(measurement, load)
  const refused = load.refusedShare.value === null ? null : load.refusedShare.value * 100
  const expected = predicted?.refusedShare
  return html`<tr><th scope="row">${load.load}<small>${load.experiment}, ${load.condition}</small></th>
<td data-name="Arrivals">${offered(load)}<small>${load.samples} requests, ${load.runMedians.length} runs</small></td>
<td data-name="Median">${pair(predicted?.medianMs, estimateInUnit(load.medianMs, 'ms'), 'ms')}</td>
<td data-name="p95">${estimateInUnit(load.p95Ms, 'ms')}</td>
<td data-name="Wait, p95">${pair(predicted?.queueP95Ms, inUnit(load.queueP95Ms.value, 'ms'), 'ms')}</td>
<td data-name="Completed">${pair(predicted?.completedPerSecond, inUnit(load.completedPerSecond.value, '/s'), '/s')}</td>
<td data-name="Refused">${pair(expected === undefined ? undefined : expected * 100, inUnit(refused, '%'), '%')}</td></tr>
`
}

/** Every load with all that was predicted and measured of it. */
export const allLoads = (measurement: Measurement) => html`<details>
<summary>All ${measurement.measured.length} loads as a table</summary>
<table class="stack">
<caption>Latencies of answers as designed, with 95 % intervals.</caption>
<thead><tr><th scope="col">load</th><th scope="col">arrivals</th><th scope="col">median</th><th scope="col">p95</th>
<th scope="col">wait for a slot, p95</th><th scope="col">completed</th><th scope="col">refused</th></tr></thead>
<tbody>${measurement.measured.map((load) => row(measurement, load))}</tbody>
</table></details>`
