/** How a measurement was made: its conditions, its predictions, and how to cite it. */
import { html } from 'hono/html'
import { percent } from '../../formats/table.ts'
import { allReplicas } from '../judge/replica-shares.ts'
import type { Measurement } from '../measurement.ts'
import { formulas } from '../predict/formulas.ts'
import { inUnit, prose } from './figures.ts'

type Fact = readonly [name: string, value: string | number]

const table = (caption: string, facts: readonly Fact[]) => html`<table class="facts">
<caption>${caption}</caption>
<tbody>${facts.map(
  ([name, value]) => html`<tr><th scope="row">${name}</th><td>${value}</td></tr>\n`,
)}</tbody>
</table>`

function gateFacts({ gate: { probe, noise, ignored }, generators = [] }: Measurement): Fact[] {
  const share = (value: number | undefined) => (value === undefined ? 'not known' : percent(value))
  return [
    ['noise floor', `${percent(noise)}: equal runs differ by up to this much`],
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

/** The replicas that answered; none if no response named its replica. */
function answeredFacts({ platform, measured }: Measurement): Fact[] {
  const names = allReplicas(measured)
  const address = platform && `${platform.baseUrl}, from port ${platform.firstPort}`
  return [
    ...(address
      ? ([
          ['platform', address],
          ['scaled by', platform.scale],
        ] as const)
      : []),
    ...(names.length > 0 ? [['answered by', names.join(', ')] as const] : []),
  ]
}

/** The gate, the machine, the versions and the settings. */
export const conditionsSection = (measurement: Measurement) => html`<div class="panels">
<div>${table('Gate', gateFacts(measurement))}
${table('Machine', [...Object.entries(measurement.machine), ...answeredFacts(measurement)])}
${table('Versions', Object.entries(measurement.versions))}</div>
<div>${table('Settings', settingFacts(measurement))}</div></div>`

/** The predictions: when and from which figures they were made, and how that can be checked. */
export function predictionsSection(measurement: Measurement) {
  const { calibration, seal, sealedAt, predictions } = measurement
  // Those of `lab/predict/predict-loads.ts`.
  const { sum, little, flow, responseTime, simulation } = formulas
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
<tbody>${[sum, little, flow, responseTime, simulation].map(
    ({ name, source }) => html`<tr><th scope="row">${name}</th><td>${source}</td></tr>\n`,
  )}</tbody></table>`
}

const commitOf = ({ versions }: Measurement) => versions.commit ?? 'unknown'

/** A BibTeX entry of this measurement. */
export const bibtexOf = (measurement: Measurement): string =>
  `@misc{lockstep-${measurement.startedAt.slice(0, 10)},
  title  = {{Lockstep: a laboratory for synchronous communication between services}},
  author = {{The Lockstep authors}},
  year   = {${measurement.startedAt.slice(0, 4)}},
  note   = {Commit ${commitOf(measurement)}, ${measurement.profile} profile,
            seed ${measurement.seed},
            measured ${measurement.startedAt}, predictions sealed as
            sha256:${measurement.seal}},
}`

const runsOf = ({ measured }: Measurement) => {
  const counts = measured.map(({ runMedians }) => runMedians.length)
  const [least, most] = [Math.min(...counts), Math.max(...counts)]
  return least === most ? `${most} runs` : `${least} to ${most} runs`
}

/** A paragraph for the methods section of a paper, with the figures of this measurement. */
export function methodsOf(measurement: Measurement): string {
  const { machine, versions, measured, gate, seal, sealedAt, calibration, seed } = measurement
  const requests = measured.reduce((sum, { samples }) => sum + samples, 0)
  const facts = (record: Record<string, string | number>) =>
    Object.entries(record)
      .filter(([name]) => name !== 'commit')
      .map(([name, value]) => `${name} ${value}`)
      .join(', ')
  const sentences = [
    prose`We measured the six scenarios of Lockstep (commit ${commitOf(measurement)},
      ${measurement.profile} profile) on one machine (${facts(machine)}; ${facts(versions)}).`,
    prose`An idle lab was calibrated (hop ${inUnit(calibration.hopMs, 'ms')}, query
      ${inUnit(calibration.queryMs, 'ms')}), and ${measurement.predictions.length} loads were
      predicted from its settings; the predictions were sealed at ${sealedAt}, before the first
      measured request (SHA-256 ${seal}).`,
    prose`Each load was measured in ${runsOf(measurement)}, conditions in random order within each
      repeat (seed ${seed}); ${requests} requests were counted.`,
    prose`Arrivals were open (even, or Poisson with start times drawn beforehand) where capacity
      was measured, and latency counts from the moment when a request was due.`,
    prose`The warm-up of each load, of a length fixed before the measurement, was discarded; above
      the ceiling it covers the time in which the queue fills.`,
    prose`Intervals are 95 % bootstrap intervals that resample runs first and requests within
      them; fewer than six runs give none.`,
    prose`A claim is confirmed if its whole interval lies in the range that was allowed
      beforehand, refuted if none of it does.`,
    prose`Equal runs differed by up to ${percent(gate.noise)} (noise floor); the load generator
      saw a 95th percentile of ${inUnit(gate.probe.p95Ms, 'ms')} against a server that answers at
      once.`,
    gate.ignored &&
      `The load generator did not meet its limits (${gate.probe.objections.join('; ')}).`,
    measurement.interrupted !== undefined &&
      `The measurement is not complete: ${measurement.interrupted}.`,
  ]
  return sentences.filter((sentence) => sentence !== false).join(' ')
}

/** How to cite and describe this measurement in a paper. */
export const citationSection = (measurement: Measurement) => html`<h3>Citation</h3>
<pre><code>${bibtexOf(measurement)}</code></pre>
<h3>Methods</h3>
<blockquote>${methodsOf(measurement)}</blockquote>`
