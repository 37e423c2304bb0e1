import { html } from 'hono/html'
import type { Measurement } from '../measurement.ts'
import { allLoads, excludedRuns } from './all-loads.ts'
import { citationSection } from './citation.ts'
import { claimsTable, verdictLine } from './claims-table.ts'
import { distributionCharts } from './distribution.ts'
import { errorLine, errorsSection } from './errors-table.ts'
import { dateInWords } from './figures.ts'
import { interferenceTable } from './interference.ts'
import { lessonsOf } from './lessons.ts'
import { loadCharts } from './load-charts.ts'
import { mistakesSection } from './mistake-cards.ts'
import type { SampleSource } from './mistakes.ts'
import { type Html, renderPage, type Section } from './page.ts'
import { conditionsSection, predictionsSection } from './provenance.ts'
import { replicasSection } from './replicas-section.ts'
import { resourceCharts } from './resource-charts.ts'
import { waterfallCharts } from './waterfall.ts'

function alertsOf(measurement: Measurement): string[] {
  const { interrupted, gate, given } = measurement
  const excluded = excludedRuns(measurement)
  const changed = Object.entries(given).map(([name, value]) => `${name}=${value}`)
  return [
    ...(interrupted ? [`This measurement is not complete: ${interrupted}.`] : []),
    ...(gate.ignored
      ? [`The load generator did not meet its limits: ${gate.probe.objections.join('; ')}.`]
      : []),
    ...(changed.length > 0 ? [`Measured with ${changed.join(', ')}.`] : []),
    ...(excluded.length > 0 ? [`Runs that do not count: ${excluded.join('; ')}.`] : []),
  ]
}

function header(measurement: Measurement) {
  const lessons = lessonsOf(measurement)
  const error = errorLine(measurement.errors)
  return html`
<p class="kicker">Lockstep · ${measurement.profile} profile ·
${dateInWords(measurement.startedAt)}</p>
<h1>${verdictLine(measurement.claims)}</h1>
${error ? html`<p class="subtitle">${error}</p>` : ''}
${alertsOf(measurement).map((alert) => html`<p class="alert">${alert}</p>`)}
${lessons.length > 0 ? html`<ul class="lessons">${lessons.map((lesson) => html`<li>${lesson}</li>`)}</ul>` : ''}
<p class="note">Predicted first: sealed at ${dateInWords(measurement.sealedAt)}, before the first
measured request, as <code>sha256:${measurement.seal}</code></p>`
}

/** A section, or none if there is nothing to show. */
const section = (id: string, heading: string, body: Html | undefined): Section[] =>
  body === undefined ? [] : [{ id, heading, body }]

/**
 * The report of a measurement as one page that needs no network and no script. The runs hold
 * the raw samples, which the report analyses again; a section without figures is left out.
 */
export function renderReport(source: SampleSource): string {
  const { measurement } = source
  const sections = [
    ...section('verdicts', 'Claims and verdicts', claimsTable(measurement.claims)),
    ...section('errors', 'How far predictions are off', errorsSection(measurement.errors)),
    ...section('capacity', 'Latency against load', loadCharts(measurement)),
    ...section('distribution', 'All requests of a load', distributionCharts(source)),
    ...section('replicas', 'Replicas', replicasSection(measurement)),
    ...section('waterfalls', 'Where one request waits', waterfallCharts(measurement)),
    ...section('interference', 'Who slows whom', interferenceTable(measurement)),
    ...section('resources', 'Memory and CPU', resourceCharts(measurement)),
    ...section('mistakes', 'How to get it wrong', mistakesSection(source)),
    ...section('predictions', 'Predictions and their seal', predictionsSection(measurement)),
    ...section('loads', 'All loads', allLoads(measurement)),
    ...section('conditions', 'Conditions', conditionsSection(measurement)),
    ...section('cite', 'Cite this measurement', citationSection(measurement)),
  ]
  return renderPage({ title: 'Lockstep: a measurement', header: header(measurement), sections })
}
