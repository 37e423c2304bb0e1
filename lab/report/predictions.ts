import { html } from 'hono/html'
import type { Measurement } from '../measurement.ts'
import { formulas } from '../predict/formulas.ts'
import { inUnit } from './figures.ts'

/** Those of `lab/predict/predict-loads.ts`. */
const used = [
  formulas.sum,
  formulas.little,
  formulas.flow,
  formulas.responseTime,
  formulas.simulation,
]

/** The predictions: when and from which figures they were made, and how that can be checked. */
export function predictionsSection(measurement: Measurement) {
  const { calibration, seal, sealedAt, predictions } = measurement
  return html`<p>${predictions.length} loads were predicted from the settings of the lab and three
figures of an idle one. Nothing was fitted afterwards: at ${sealedAt} the predictions were sealed,
before the first measured request. The seal is the SHA-256 of their canonical JSON.</p>
<pre><code>sha256 ${seal}</code></pre>
<table class="stack">
<caption>Calibration</caption>
<tbody>
<tr><th scope="row">one hop</th><td>${inUnit(calibration.hopMs, 'ms')}</td>
<td>from request to answer of a service that does nothing</td></tr>
<tr><th scope="row">CPU time of a hop</th><td>${inUnit(calibration.hopCpuMs, 'ms')}</td>
<td>in its service</td></tr>
<tr><th scope="row">one query</th><td>${inUnit(calibration.queryMs, 'ms')}</td>
<td>from its connection to its rows</td></tr>
</tbody></table>
<table class="stack">
<caption>Formulas</caption>
<tbody>${used.map(
    ({ name, source }) => html`<tr><th scope="row">${name}</th><td>${source}</td></tr>\n`,
  )}</tbody></table>`
}
