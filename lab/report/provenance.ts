/** How a measurement was made: its conditions and its predictions. */
import { html } from 'hono/html'
import { percent } from '../../formats/table.ts'
import { allReplicas } from '../judge/replica-shares.ts'
import type { LoadPrediction } from '../load-figures.ts'
import type { Measurement } from '../measurement.ts'
import { type Formula, formulas } from '../predict/formulas.ts'
import { inUnit } from './figures.ts'

type Fact = readonly [name: string, value: string | number, note?: string]

const table = (caption: string, facts: readonly Fact[]) => html`<table class="facts">
<caption>${caption}</caption>
<tbody>${facts.map(
  ([name, value, note]) => html`<tr><th scope="row">${name}</th><td>${value}
${note ? html`<small>${note}</small>` : ''}</td></tr>\n`,
)}</tbody>
</table>`

function gateFacts({ gate: { probe, ignored }, generators = [] }: Measurement): Fact[] {
  const share = (value: number | undefined) => (value === undefined ? 'not known' : percent(value))
  return [
    ...(generators.length > 0 ? [['load generators', generators.join(' · ')] as const] : []),
    ['load generator, p95', `${inUnit(probe.p95Ms, 'ms')} against a server that answers at once`],
    ['load generator, CPU', `${share(probe.cpuShare)} of a core`],
    ['load generator, waiting for a core', share(probe.waitShare)],
    ['requests dropped', probe.dropped],
    ['objections', probe.objections.join('; ') || 'none'],
    ['gate', ignored ? 'ignored' : 'passed'],
  ]
}

/**
 * Settings of several experiments: a row per setting, the experiments that share a value together.
 */
export function settingFacts({ settings }: Measurement): Fact[] {
  const names = [...new Set(Object.values(settings).flatMap((each) => Object.keys(each)))]
  return names.map((name) => {
    const byValue = Map.groupBy(Object.keys(settings), (experiment) =>
      String(settings[experiment]?.[name] ?? 'default'),
    )
    const values = [...byValue].map(([value, experiments]) =>
      byValue.size === 1 ? value : `${value} (${experiments.join(', ')})`,
    )
    return [name, values.join(' · ')] as const
  })
}

/** The platform, and the replicas that answered if there were several. */
function answeredFacts({ platform, measured }: Measurement): Fact[] {
  const names = allReplicas(measured)
  const facts: Fact[] = []
  if (platform) {
    facts.push(['platform', `${platform.baseUrl}, from port ${platform.firstPort}`])
    facts.push(['scaled by', platform.scale])
  }
  if (names.length > 1) facts.push(['answered by', names.join(', ')])
  return facts
}

/** The gate, the machine, the versions and the settings. */
export const conditionsSection = (measurement: Measurement) => html`<div class="panels">
<div>${table('Gate', gateFacts(measurement))}
${table('Machine', [...Object.entries(measurement.machine), ...answeredFacts(measurement)])}
${table('Versions', Object.entries(measurement.versions))}</div>
<div>${table('Settings', settingFacts(measurement))}</div></div>`

/** The formulas that made these predictions: those of `lab/predict/predict-loads.ts`. */
export function formulasOf(predictions: readonly LoadPrediction[]): Formula[] {
  const has = (name: keyof LoadPrediction) => predictions.some((it) => it[name] !== undefined)
  const { sum, little, flow, responseTime, simulation } = formulas
  return [
    ...(predictions.length > 0 ? [sum] : []),
    ...(has('completedPerSecond') ? [little, flow] : []),
    ...(has('meanMs') ? [responseTime] : []),
    ...(has('refusedShare') || has('simulatedPerSecond') ? [simulation] : []),
  ]
}

const calibrationFacts = ({ calibration }: Measurement): readonly Fact[] => [
  ['one hop', inUnit(calibration.hopMs, 'ms'), 'a click, back to back'],
  ...calibration.pacedHops.map(
    ({ perSecond, hopMs }): Fact => [
      `one hop at ${inUnit(perSecond, '/s')}`,
      inUnit(hopMs, 'ms'),
      'after a pause, a request takes longer',
    ],
  ),
  ['CPU time of a hop', inUnit(calibration.hopCpuMs, 'ms'), 'in its service'],
  ['one call', inUnit(calibration.callMs, 'ms'), 'as its caller sees it'],
  ['one report', inUnit(calibration.reportMs, 'ms'), 'beyond its CPU time'],
  ['one query', inUnit(calibration.queryMs, 'ms'), 'from its connection to its rows'],
]

/** The predictions: when and from which figures they were made, and how that can be checked. */
export function predictionsSection(measurement: Measurement) {
  const { seal, sealedAt, predictions } = measurement
  if (predictions.length === 0) return undefined
  return html`<p>${predictions.length} loads were predicted from the settings of the lab and the
calibration of an idle one. Nothing was fitted afterwards: at ${sealedAt} the predictions, the claims
with their ranges, the statistics and the conditions were sealed, before the first measured request.
The seal is the SHA-256 of their canonical JSON; <code>npm run lab -- --verify</code> computes it
again.</p>
<pre><code>sha256 ${seal}</code></pre>
${table('Calibration', calibrationFacts(measurement))}
${table(
  'Formulas that were used',
  formulasOf(predictions).map(({ name, source }): Fact => [name, source]),
)}`
}
