/**
 * Generators that share a load: they begin together, and print a line for each request and one that
 * describes the run. `merge.js` reads their outputs.
 */
import http from 'k6/http'
import { Counter } from 'k6/metrics'
import { formatSample, formatSummary, parseSample } from '../../formats/samples.ts'
import type { FunctionName } from '../../model/services.ts'
import { coreUsesIn, type ServiceCoreUse } from './core-use.ts'
import type { Failure } from './failures.ts'
import { droppedArrivals, exceptions, lateness, metricNames } from './metric-names.ts'
import type { Load } from './options.ts'
import type { Outcome, Recorder } from './play.ts'
import { countOf, loadEndOf, type RunRecord, type SummaryData } from './record.ts'
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
  const begin = (count = 1) => void started.add(count)
  const end: Recorder['end'] = ({ failure, ...outcome }) =>
    console.log(formatSample({ ...outcome, load, outcome: failure ?? 'ok' }))
  return { begin, end }
}

/** One generator's share of a run. */
export type Share = {
  load: Load
  urls: Record<FunctionName, string>
  commit: string
  record: RunRecord
  /** From the start of k6 to the end of its load. */
  endMs: number
  /** Requests that began, by the number of their scenario. */
  started: Record<number, number>
  dropped: number
  exceptions: number
  /** What its users' pauses show of it. */
  lateness: SummaryData['metrics'][string]['values']
  coreUses: ServiceCoreUse[]
}

/** The line that describes a share; nothing if its setup failed. */
export function printShare(
  description: Pick<Share, 'load' | 'urls' | 'commit'>,
  data: SummaryData,
): string {
  const { setup_data: record } = data
  if (!record) return ''
  const startedOf = (scenario: Scenario) => countOf(data, metricNames(scenario).started)
  const share: Share = {
    ...description,
    record,
    endMs: loadEndOf(data),
    started: Object.fromEntries(scenarios.map((it) => [it.number, startedOf(it)])),
    dropped: countOf(data, droppedArrivals),
    exceptions: countOf(data, exceptions),
    lateness: data.metrics[lateness]?.values ?? {},
    coreUses: coreUsesIn(data),
  }
  return formatSummary(share)
}

/** The outcome in a line of a generator, and its scenario; `undefined` if the line has none. */
export function outcomeIn(line: string): [Scenario, Outcome] | undefined {
  const sample = parseSample(line)
  const scenario = scenarios.find((each) => nameOf(each) === sample?.load)
  if (!sample || !scenario) return undefined
  const { outcome, ...times } = sample
  return [scenario, { ...times, failure: outcome === 'ok' ? undefined : (outcome as Failure) }]
}
