import { html } from 'hono/html'
import { percent } from '../../formats/table.ts'
import type { Measurement } from '../measurement.ts'
import { inUnit, prose } from './figures.ts'

const title = 'Lockstep: a laboratory for synchronous communication between services'

const commitOf = ({ versions }: Measurement) => versions.commit ?? 'unknown'

/** A BibTeX entry of this measurement. */
export const bibtexOf = (measurement: Measurement): string =>
  `@misc{lockstep-${measurement.startedAt.slice(0, 10)},
  title  = {{${title}}},
  author = {{The Lockstep authors}},
  year   = {${measurement.startedAt.slice(0, 4)}},
  note   = {Commit ${commitOf(measurement)}, ${measurement.profile} profile,
            seed ${measurement.seed},
            measured ${measurement.startedAt}, predictions sealed as
            sha256:${measurement.seal}},
}`

const sentences = (lines: readonly (string | false)[]) =>
  lines.filter((line) => line !== false).join(' ')

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
  return sentences([
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
  ])
}

/** How to cite and describe this measurement in a paper. */
export const citationSection = (measurement: Measurement) => html`<h3>Citation</h3>
<pre><code>${bibtexOf(measurement)}</code></pre>
<h3>Methods</h3>
<blockquote>${methodsOf(measurement)}</blockquote>`
