/** How to cite a measurement, and to describe it in a paper. */
import { html } from 'hono/html'
import { counted } from '../../formats/table.ts'
import type { Measurement } from '../measurement.ts'
import { excludedRuns } from './all-loads.ts'
import { errorLine } from './errors-table.ts'
import { inUnit, prose } from './figures.ts'

const commitOf = ({ versions }: Measurement) => versions.commit ?? 'unknown'

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

const extent = (counts: readonly number[], what: string) => {
  const [least, most] = [Math.min(...counts), Math.max(...counts)]
  return least === most ? counted(most, what) : `${least} to ${counted(most, what)}`
}

const generatorInWords = ({ gate: { probe, ignored } }: Measurement) =>
  ignored
    ? `The load generator did not meet its limits (${probe.objections.join('; ')}).`
    : prose`The load generator saw a 95th percentile of ${inUnit(probe.p95Ms, 'ms')} against a server
      that answers at once.`

const excludedInWords = (measurement: Measurement) => {
  const excluded = excludedRuns(measurement)
  return excluded.length > 0 && `Excluded runs: ${excluded.join('; ')}.`
}

/** A paragraph for the methods section of a paper, with the figures of this measurement. */
export function methodsOf(measurement: Measurement): string {
  const { machine, versions, measured, seal, sealedAt, calibration, seed } = measurement
  const requests = measured.reduce((sum, { samples }) => sum + samples, 0)
  const [runs, starts] = (['runs', 'starts'] as const).map((name) =>
    extent(
      measured.map((load) => load[name]),
      name.slice(0, -1),
    ),
  )
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
      predicted from its settings; predictions, claims and their ranges were sealed at ${sealedAt},
      before the first measured request (SHA-256 ${seal}).`,
    prose`Each load was measured in ${runs ?? ''} nested in ${starts ?? ''} of the lab, each start
      warmed up; conditions, and loads within a run, came in random order (seed ${seed});
      ${requests} requests were counted.`,
    prose`Arrivals were open (even, or Poisson with start times drawn beforehand) where capacity
      was measured, and latency counts from the moment when a request was due to its last byte.`,
    prose`The warm-up of each load, of a length fixed before the measurement, was discarded; above
      the ceiling it covers the time in which the queue fills.`,
    prose`The value of a load is the median over its runs; 95 % intervals lie between order
      statistics of the runs, further apart by the design effect of starts, and fewer than six runs
      give none.`,
    prose`A claim is confirmed if its whole interval lies in the range that was fixed beforehand,
      refuted if none of it does.`,
    errorLine(measurement.errors) ?? false,
    generatorInWords(measurement),
    excludedInWords(measurement),
    measurement.interrupted !== undefined &&
      `The measurement is not complete: ${measurement.interrupted}.`,
  ]
  return sentences.filter((sentence) => sentence !== false).join(' ')
}

export const citationSection = (measurement: Measurement) => html`<h3>Citation</h3>
<pre><code>${bibtexOf(measurement)}</code></pre>
<h3>Methods</h3>
<blockquote>${methodsOf(measurement)}</blockquote>`
