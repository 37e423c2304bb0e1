import { html } from 'hono/html'
import type { Measurement } from '../measurement.ts'
import { claimsTable, verdictLine } from './claims-table.ts'
import { dateInWords } from './figures.ts'
import { allLoads, capacityCharts } from './loads.ts'
import { mistakesSection } from './mistake-cards.ts'
import type { SampleSource } from './mistakes.ts'
import { type Html, renderPage, type Section } from './page.ts'
import { citationSection, conditionsSection, predictionsSection } from './provenance.ts'
import { replicasSection } from './replicas-section.ts'
import { interferenceTable, resourceCharts } from './together.ts'
import { waterfallCharts } from './waterfall.ts'

/** The warnings on top. */
function alertsOf({ interrupted, gate }: Measurement): string[] {
  return [
    ...(interrupted ? [`This measurement is not complete: ${interrupted}.`] : []),
    ...(gate.ignored
      ? [`The load generator did not meet its limits: ${gate.probe.objections.join('; ')}.`]
      : []),
  ]
}

const header = (measurement: Measurement) => html`
<p class="kicker">Lockstep · ${measurement.profile} profile ·
${dateInWords(measurement.startedAt)}</p>
<h1>${verdictLine(measurement.claims)}</h1>
${alertsOf(measurement).map((alert) => html`<p class="alert">${alert}</p>`)}
<p class="note">Predicted first: sealed at ${dateInWords(measurement.sealedAt)}, before the first
measured request, as <code>sha256:${measurement.seal}</code></p>`

/** A section, or none if there is nothing to show. */
const section = (id: string, heading: string, body: Html | undefined): Section[] =>
  body === undefined ? [] : [{ id, heading, body }]

/**
 * The report of a measurement as one page that needs no network and no script. The runs hold
 * the raw samples, which the report analyses again; a section without figures is left out.
 */
export function renderReport({ measurement, runs }: SampleSource): string {
  const sections = [
    ...section('verdicts', 'Claims and verdicts', claimsTable(measurement.claims)),
    ...section('capacity', 'Latency against load', capacityCharts(measurement)),
    ...section('replicas', 'Replicas', replicasSection(measurement)),
    ...section('waterfalls', 'Where one request waits', waterfallCharts(measurement)),
    ...section('interference', 'Who slows whom', interferenceTable(measurement)),
    ...section('resources', 'Memory and CPU', resourceCharts(measurement)),
    ...section('mistakes', 'How to get it wrong', mistakesSection({ measurement, runs })),
    ...section('predictions', 'Predictions', predictionsSection(measurement)),
    ...section('loads', 'All loads', allLoads(measurement)),
    ...section('conditions', 'Conditions', conditionsSection(measurement)),
    ...section('cite', 'Cite this measurement', citationSection(measurement)),
  ]
  return renderPage({ title: 'Lockstep: a measurement', header: header(measurement), sections })
}
