import { isDeepStrictEqual } from 'node:util'
import { dot, tickX } from '@observablehq/plot'
import { html } from 'hono/html'
import { percent } from '../../formats/table.ts'
import type { ComparisonVerdict } from '../judge/compare.ts'
import type { LoadComparison, MeasurementComparison } from '../judge/compare-measurements.ts'
import type { Measurement } from '../measurement.ts'
import { colors, draw, strip, stripAxis } from './draw.ts'
import { dateInWords, inUnit, prose, scenarioTitle } from './figures.ts'
import { renderPage } from './page.ts'
import { settingFacts } from './provenance.ts'

export type ComparisonOptions = {
  comparison: MeasurementComparison
  before: Measurement
  after: Measurement
}

const looks: Record<ComparisonVerdict, { className: string; sign: string }> = {
  'no difference': { className: 'good', sign: '=' },
  slower: { className: 'bad', sign: '▲' },
  faster: { className: 'good', sign: '▼' },
  'spread changed': { className: 'bad', sign: '↔' },
  'not resolved': { className: 'open', sign: '○' },
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
  const range = [...runMedians.flat(), medians[0] * 0.9, medians[0] * 1.1]
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

const phaseInWords = ({ verdict, phase }: LoadComparison) =>
  phase && verdict !== 'no difference' && verdict !== 'not resolved'
    ? html`<small>most of it in ${phase.name}:
${phase.changeMs > 0 ? '+' : '−'}${inUnit(Math.abs(phase.changeMs), 'ms')}</small>`
    : ''

function row(load: LoadComparison) {
  const { scenario, medians, ratio, interval, cliffsDelta, verdict, reason } = load
  const { className, sign } = looks[verdict]
  return html`<tr><th scope="row">${scenarioTitle(scenario)}</th>
<td data-name="Median before">${inUnit(medians[0], 'ms')}</td>
<td data-name="Median after">${inUnit(medians[1], 'ms')}</td>
<td data-name="Ratio">${ratio.toFixed(3)}<small>${interval.low.toFixed(3)} to
${interval.high.toFixed(3)}</small></td>
<td data-name="Cliff’s delta">${cliffsDelta.toFixed(2)}</td>
<td class="strip">${comparisonStrip(load)}</td>
<td class="verdict ${className}"><span aria-hidden="true">${sign}</span> ${verdict}
<small>${reason}</small>${phaseInWords(load)}</td></tr>
`
}

const table = (loads: readonly LoadComparison[], noise: number) => html`<table class="stack">
<caption>Medians over the medians of the runs, which are the rings. The ratio is after over
before, with its 95 % interval. Cliff’s delta is 1 if every run after is slower than every run
before, 0 if neither is. Equal runs differ by up to ${percent(noise)}.</caption>
<thead><tr><th scope="col">scenario</th><th scope="col">before</th><th scope="col">after</th>
<th scope="col">ratio</th><th scope="col">Cliff’s delta</th><th scope="col">runs</th>
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
  ['noise floor', ({ gate }) => percent(gate.noise)],
  ['gate', ({ gate }) => (gate.ignored ? 'ignored' : 'passed')],
]

const conditions = (before: Measurement, after: Measurement) => html`<table class="facts">
<thead><tr><th scope="col">fact</th><th scope="col">before</th><th scope="col">after</th></tr></thead>
<tbody>${facts.map(
  ([name, of]) =>
    html`<tr><th scope="row">${name}</th><td>${of(before)}</td><td>${of(after)}</td></tr>\n`,
)}</tbody></table>`

/** Other differences than the code, which may explain a difference of latencies. */
function alertsOf(before: Measurement, after: Measurement): string[] {
  const differs = (of: Fact[1]) => of(before) !== of(after)
  const named = facts.filter(([name, of]) => ['machine', 'profile'].includes(name) && differs(of))
  const isSet = isDeepStrictEqual(settingFacts(before), settingFacts(after))
  const sides = Object.entries({ before, after })
  return [
    ...named.map(([name]) => `The ${name} is not the same: a difference may come from it.`),
    ...(isSet ? [] : ['The settings are not the same: a difference may come from them.']),
    ...sides.flatMap(([side, { interrupted }]) =>
      interrupted ? [`The measurement ${side} is not complete: ${interrupted}.`] : [],
    ),
    ...sides.flatMap(([side, { gate }]) =>
      gate.ignored ? [`The load generator did not meet its limits in the one ${side}.`] : [],
    ),
  ]
}

/** Two measurements judged against each other, as one page that needs no network and no script. */
export function renderComparison({ comparison, before, after }: ComparisonOptions): string {
  const noise = Math.max(before.gate.noise, after.gate.noise)
  const header = html`<p class="kicker">Lockstep · ${dateInWords(before.startedAt)} against
${dateInWords(after.startedAt)}</p>
<h1>${comparison.verdict}</h1>
${alertsOf(before, after).map((alert) => html`<p class="alert">${alert}</p>`)}`
  return renderPage({
    title: 'Lockstep: two measurements',
    header,
    sections: [
      { id: 'scenarios', heading: 'By scenario', body: table(comparison.loads, noise) },
      { id: 'conditions', heading: 'Conditions', body: conditions(before, after) },
    ],
  })
}
