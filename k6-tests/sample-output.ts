/**
 * The output of a generator that shares a load with others: a line for each request, and one that
 * describes the run. `merge.js` reads it.
 */
import exec from 'k6/execution'
import { Counter } from 'k6/metrics'
import { formatSample, parseSample } from '../model/load-plan.ts'
import type { FunctionName } from '../model/services.ts'
import type { Load } from './environment.ts'
import type { Failure } from './failures.ts'
import { exceptions, metricNames } from './metric-names.ts'
import type { Outcome, Recorder } from './play.ts'
import type { RunRecord, SummaryData } from './record.ts'
import type { Scenario } from './scenario.ts'
import { scenarios } from './scenarios.ts'

const nameOf = ({ number }: Scenario) => `scenario-${number}`

/** Prints outcomes. Call it while the script is initialised. */
export function printSamples(scenario: Scenario): Recorder {
  const started = new Counter(metricNames(scenario).started)
  const begin = () => void started.add(1)
  const end: Recorder['end'] = ({ failure, durationMs, phases }) => {
    const dueMs = Date.now() - exec.scenario.startTime - durationMs
    const latency = { dueMs, lateMs: 0, latencyMs: durationMs }
    const load = nameOf(scenario)
    const outcome = failure ?? 'ok'
    console.log(formatSample({ load, ...latency, outcome, phases: Object.fromEntries(phases) }))
  }
  return { begin, end }
}

export type PartDescription = {
  load: Load
  urls: Record<FunctionName, string>
  commit: string
}

/** One generator's share of a run. */
export type Part = PartDescription & {
  record: RunRecord
  durationMs: number
  /** Requests that began, by the number of their scenario. */
  started: Record<number, number>
  dropped: number
  exceptions: number
}

/** The line that describes a run; nothing if its setup failed. */
export function printPart(description: PartDescription, data: SummaryData): string {
  const { metrics, state, setup_data: record } = data
  if (!record) return ''
  const countOf = (name: string) => metrics[name]?.values.count ?? 0
  const part: Part = {
    ...description,
    record,
    durationMs: state.testRunDurationMs,
    started: Object.fromEntries(
      scenarios.map((scenario) => [scenario.number, countOf(metricNames(scenario).started)]),
    ),
    dropped: countOf('dropped_iterations'),
    exceptions: countOf(exceptions),
  }
  return `${JSON.stringify(part)}\n`
}

/** @throws Error if the output has no line that describes a run */
export function readPart(output: string): Part {
  const line = output.split('\n').findLast((each) => each.startsWith('{'))
  if (!line) throw new Error('A part has no description of its run: its generator did not end.')
  return JSON.parse(line) as Part
}

/** Calls back for each sample of an output. */
export function eachOutcome(
  output: string,
  callback: (scenario: Scenario, outcome: Outcome) => void,
): void {
  const byName = new Map(scenarios.map((scenario) => [nameOf(scenario), scenario]))
  for (const line of output.split('\n')) {
    const sample = parseSample(line)
    const scenario = sample && byName.get(sample.load)
    if (!scenario) continue
    const { outcome, latencyMs: durationMs, phases } = sample
    const failure = outcome === 'ok' ? undefined : (outcome as Failure)
    callback(scenario, { failure, durationMs, phases: new Map(Object.entries(phases)) })
  }
}
