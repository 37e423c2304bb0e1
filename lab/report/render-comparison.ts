import { dot, tickX } from '@observablehq/plot'
import { html } from 'hono/html'
import { counted } from '../../formats/table.ts'
import { warningsOf } from '../judge/comparability.ts'
import type { ComparisonVerdict } from '../judge/compare.ts'
import {
  type LoadComparison,
  type MeasurementComparison,
  phaseInWords,
} from '../judge/compare-measurements.ts'
import type { Difference } from '../judge/differences.ts'
import type { Measurement } from '../measurement.ts'
import { colors, draw, strip, stripAxis } from './draw.ts'
import { dateInWords, inUnit, prose, scenarioTitle } from './figures.ts'
import { renderPage } from './page.ts'

export type ComparisonOptions = {
  comparison: MeasurementComparison
  before: Measurement
  after: Measurement
  interleaved?: boolean
}

const looks: Record<ComparisonVerdict, { className: string; sign: string }> = {
  slower: { className: 'bad', sign: '▲' },
  faster: { className: 'good', sign: '▼' },
  alike: { className: 'good', sign: '=' },
  open: { className: 'open', sign: '○' },
}

const sides = ['before', 'after'] as const
const colorOf = { before: colors.muted, after: colors.measured }

/** The median of every run of both measurements, one above the other, and the medians of these. */
function comparisonStrip({ scenario, medians, runMedians }: LoadComparison) {
  const runs = sides.flatMap((side, index) =>
    (runMedians[index] ?? []).map((ms) => ({ side, ms, stroke: colorOf[side] })),
  )
  const middles = sides.map((side, index) => ({ side, ms: medians[index], stroke: colorOf[side] }))
  // At least a tenth around the median, so that noise does not look like a change.
  const middle = Number.isFinite(medians[0]) ? medians[0] : medians[1]
  const range = [...runMedians.flat(), middle * 0.9, middle * 1.1]
  const label = prose`Scenario ${scenario}: ${runMedians[0].length} runs before, median
    ${inUnit(medians[0], 'ms')}; ${runMedians[1].length} runs after, median
    ${inUnit(medians[1], 'ms')}`
  return draw(label, {
    ...strip,
    height: 70,
    marginLeft: 44,
    x: { domain: [Math.min(...range), Math.max(...range)], nice: true, label: null },
    y: { domain: sides, type: 'band', label: null, tickSize: 0 },
    color: { type: 'identity' },
    marks: [
      tickX(middles, { x: 'ms', y: 'side', stroke: 'stroke', strokeWidth: 3 }),
      dot(runs, { x: 'ms', y: 'side', r: 3, stroke: 'stroke', strokeWidth: 1.2 }),
      stripAxis(),
    ],
  })
}

function ratioInWords(difference: Difference | undefined) {
  if (!difference) return '–'
  const { ratio, interval } = difference
  return html`${ratio.toFixed(3)}<small>${interval.low.toFixed(3)} to
${interval.high.toFixed(3)}</small>`
}

const medianCell = (side: string, median: number, runs: readonly number[]) =>
  html`<td data-name="Median ${side}">${inUnit(median, 'ms')}
<small>${counted(runs.length, 'run')}</small></td>`

function row(load: LoadComparison) {
  const { scenario, medians, runMedians, verdict, text } = load
  const { className, sign } = looks[verdict]
  const phase = phaseInWords(load)
  return html`<tr><th scope="row">${scenarioTitle(scenario)}</th>
${medianCell('before', medians[0], runMedians[0])}
${medianCell('after', medians[1], runMedians[1])}
<td data-name="Ratio">${ratioInWords(load.difference)}</td>
<td data-name="Ratio of the p95s">${ratioInWords(load.p95)}</td>
<td class="strip">${comparisonStrip(load)}</td>
<td class="verdict ${className}"><span aria-hidden="true">${sign}</span> ${text}
${phase ? html`<small>${phase}</small>` : ''}</td></tr>
`
}

const table = (loads: readonly LoadComparison[]) => html`<table class="stack">
<caption>Medians over the medians of the runs, which are the rings. Ratios are after over before,
of geometric means over the runs, with 95 % intervals that include how much starts of the lab
differ. Of equal labs, at most one comparison in twenty calls any scenario slower or faster. Alike:
a difference of 5 % is excluded, in both directions. The p95s have no verdict.</caption>
<thead><tr><th scope="col">scenario</th><th scope="col">before</th><th scope="col">after</th>
<th scope="col">ratio</th><th scope="col">ratio of p95s</th><th scope="col">runs</th>
<th scope="col">verdict</th></tr></thead>
<tbody>${loads.map(row)}</tbody></table>`

type Fact = readonly [name: string, of: (measurement: Measurement) => string | number]

const facts: readonly Fact[] = [
  ['measured', ({ startedAt }) => dateInWords(startedAt)],
  ['commit', ({ versions }) => versions.commit ?? 'unknown'],
  ['profile', ({ profile }) => profile],
  ['seed', ({ seed }) => seed],
  ['machine', ({ machine }) => `${machine.cpu}, ${machine.cores} cores`],
  ['Node.js', ({ versions }) => versions.node ?? 'unknown'],
  ['k6', ({ versions }) => versions.k6 ?? 'unknown'],
  ['gate', ({ gate }) => (gate.ignored ? 'ignored' : 'passed')],
]

const conditions = (before: Measurement, after: Measurement) => html`<table class="facts">
<thead><tr><th scope="col">fact</th><th scope="col">before</th><th scope="col">after</th></tr></thead>
<tbody>${facts.map(
  ([name, of]) =>
    html`<tr><th scope="row">${name}</th><td>${of(before)}</td><td>${of(after)}</td></tr>\n`,
)}</tbody></table>`

/** Two measurements judged against each other, as one page that needs no network and no script. */
export function renderComparison(options: ComparisonOptions): string {
  const { comparison, before, after, interleaved = false } = options
  const header = html`<p class="kicker">Lockstep · ${dateInWords(before.startedAt)} against
${dateInWords(after.startedAt)}</p>
<h1>${comparison.verdict}</h1>
${warningsOf(before, after, { interleaved }).map((alert) => html`<p class="alert">${alert}</p>`)}`
  return renderPage({
    title: 'Lockstep: two measurements',
    header,
    sections: [
      { id: 'scenarios', heading: 'By scenario', body: table(comparison.loads) },
      { id: 'conditions', heading: 'Conditions', body: conditions(before, after) },
    ],
  })
}
