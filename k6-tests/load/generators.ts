/**
 * Generators that share a load: they begin together, and print a line for each request and one that
 * describes the run. `merge.js` reads their outputs.
 */
import exec from 'k6/execution'
import http from 'k6/http'
import { Counter } from 'k6/metrics'
import { formatSample, parseSample } from '../../formats/samples.ts'
import type { FunctionName } from '../../model/services.ts'
import type { Failure } from './failures.ts'
import { droppedArrivals, exceptions, metricNames } from './metric-names.ts'
import type { Load } from './options.ts'
import type { Outcome, Recorder } from './play.ts'
import { countOf, type RunRecord, type SummaryData } from './record.ts'
import { type Scenario, scenarios } from './scenarios.ts'

/** How long a generator waits for the others. */
export const startTimeout = '130s'

/**
 * Waits until all load generators are ready.
 * @throws Error if the address is not reached, or does not answer in time
 */
export function awaitStart(url: string): void {
  const { status, error } = http.get(url, { timeout: startTimeout })
  if (status === 200) return
  throw new Error(
    `This generator does not reach ${url}, where the measurement runs (${error || status}). ` +
      '--host names the address of that machine for other machines.',
  )
}

const nameOf = ({ number }: Scenario) => `scenario-${number}`

/** Prints outcomes. Call it while the script is initialised. */
export function printSamples(scenario: Scenario): Recorder {
  const started = new Counter(metricNames(scenario).started)
  const load = nameOf(scenario)
  const begin = () => void started.add(1)
  const end: Recorder['end'] = ({ id, failure, durationMs: latencyMs, phases }) => {
    const dueMs = Date.now() - exec.scenario.startTime - latencyMs
    const outcome = failure ?? 'ok'
    console.log(formatSample({ id, load, dueMs, lateMs: 0, latencyMs, outcome, phases }))
  }
  return { begin, end }
}

/** One generator's share of a run. */
export type Share = {
  load: Load
  urls: Record<FunctionName, string>
  commit: string
  record: RunRecord
  durationMs: number
  /** Requests that began, by the number of their scenario. */
  started: Record<number, number>
  dropped: number
  exceptions: number
}

/** The line that describes a share; nothing if its setup failed. */
export function printShare(
  description: Pick<Share, 'load' | 'urls' | 'commit'>,
  data: SummaryData,
): string {
  const { state, setup_data: record } = data
  if (!record) return ''
  const startedOf = (scenario: Scenario) => countOf(data, metricNames(scenario).started)
  const share: Share = {
    ...description,
    record,
    durationMs: state.testRunDurationMs,
    started: Object.fromEntries(scenarios.map((it) => [it.number, startedOf(it)])),
    dropped: countOf(data, droppedArrivals),
    exceptions: countOf(data, exceptions),
  }
  return `${JSON.stringify(share)}\n`
}

/** @throws Error if the output has no line that describes a share */
export function readShare(output: string): Share {
  const line = output.split('\n').findLast((each) => each.startsWith('{') && !parseSample(each))
  if (!line) throw new Error('An output does not describe its run: its generator did not end.')
  return JSON.parse(line) as Share
}

/** Calls back for each sample of an output. */
export function eachOutcome(
  output: string,
  callback: (scenario: Scenario, outcome: Outcome) => void,
): void {
  for (const line of output.split('\n')) {
    const sample = parseSample(line)
    const scenario = scenarios.find((each) => nameOf(each) === sample?.load)
    if (!sample || !scenario) continue
    const { id, outcome, latencyMs: durationMs, phases } = sample
    const failure = outcome === 'ok' ? undefined : (outcome as Failure)
    callback(scenario, { id, failure, durationMs, phases })
  }
}
