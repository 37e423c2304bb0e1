import type { Load, ServiceName } from './environment.ts'
import { type Failure, failures } from './failures.ts'
import type { RunRecord, SummaryData } from './record.ts'
import { resultOf, type ScenarioResult } from './results.ts'
import { scenarioOf, scenarios } from './scenarios.ts'
import { inWords, percent, printTable } from './table.ts'

const headings = [
  'scenario',
  'requests',
  'per s',
  'failed',
  'dropped',
  'p50',
  'p90',
  'p95',
  'p99',
  'max',
  'limit',
  'verdict',
]

const verdict = ({ requests, thresholds }: ScenarioResult) => {
  if (requests === 0) return 'NOT MEASURED'
  return thresholds.every(({ held }) => held) ? 'passed' : 'FAILED'
}

const row = (result: ScenarioResult) => {
  const { p50, p90, p95, p99, max } = result.latencyMs ?? {}
  return [
    `${result.scenario} ${result.title}`,
    String(result.requests),
    result.requestsPerSecond.toFixed(1),
    percent(result.failedRate),
    result.dropped === undefined ? '–' : String(result.dropped),
    ...[p50, p90, p95, p99, max].map(inWords),
    inWords(scenarioOf(result.scenario).limitMs),
    verdict(result),
  ]
}

const meanHops = ({ hopsMs }: ScenarioResult) =>
  Object.entries(hopsMs)
    .map(([hop, { mean }]) => `${hop} ${mean.toFixed(mean < 9.95 ? 1 : 0)}`)
    .join(' + ')

/** What went wrong in one scenario, a line each; none where nothing did. */
export function complaintsOf({
  scenario,
  title,
  thresholds,
  latencyMs,
  ...result
}: ScenarioResult): string[] {
  const { limitMs } = scenarioOf(scenario)
  const failed = Object.entries(result.failures).map(
    ([failure, count]) => `${count} of ${result.requests} failed: ${failures[failure as Failure]}`,
  )
  const missed = (on: string) =>
    thresholds.some((threshold) => threshold.on === on && !threshold.held)
  const slow = latencyMs && latencyMs.p95 >= limitMs
  const complaints = [
    result.requests === 0 && 'no request ended: nothing was measured',
    ...failed,
    result.requests > 0 &&
      !latencyMs &&
      'no request went as designed: there is no latency to speak of',
    slow &&
      `p95 ${inWords(latencyMs.p95)} is not under ${inWords(limitMs)}; on average ${meanHops({ scenario, title, thresholds, latencyMs, ...result })}`,
    missed('dropped arrivals') &&
      `${result.dropped} arrivals were dropped: the rate was not kept, so this is not the load that was asked for`,
    result.unfinished > 0 && `${result.unfinished} requests had not ended when the run did`,
  ]
  return complaints
    .filter((complaint) => typeof complaint === 'string')
    .map((line) => `  ${scenario} ${title}: ${line}`)
}

/** The six scenarios of a run, one row each, then where the time went, then what went wrong. */
export function printSummary(results: ScenarioResult[], heading: string): string {
  const complaints = results.flatMap(complaintsOf)
  const failed = results
    .filter((result) => verdict(result) !== 'passed')
    .map(({ scenario }) => scenario)
  return [
    '',
    heading,
    '',
    printTable(headings, results.map(row)),
    '',
    'Latencies are of requests that went as designed. Where their time went, on average, in ms:',
    ...results.map(
      (result) =>
        `  ${`${result.scenario} ${result.title}`.padEnd(24)}  ${meanHops(result) || '–'}`,
    ),
    ...(complaints.length > 0 ? ['', 'What went wrong:', ...complaints] : []),
    '',
    failed.length === 0
      ? 'All limits were kept.'
      : `Limits were missed in scenario ${failed.join(', ')}.`,
    '',
  ].join('\n')
}

export type SummaryOptions = {
  data: SummaryData
  script: string
  load: Load
  urls: Record<ServiceName, string>
  commit: string
}

/** k6's `handleSummary`: a table for people, and everything as JSON in `results/`. */
export function summarize({
  data,
  script,
  load,
  urls,
  commit,
}: SummaryOptions): Record<string, string> {
  const record = data.setup_data
  if (!record) return { stdout: '\nNothing was measured.\n' }
  const seconds = data.state.testRunDurationMs / 1000
  // k6 drops the script's own load where the command line has one.
  const inTurn = 'default' in record.scenarios
  const results = scenarios.flatMap(
    (scenario) => resultOf(scenario, data, inTurn ? seconds : load.seconds) ?? [],
  )
  const which = load.only
    ? `scenario ${load.only} alone`
    : `the six scenarios ${inTurn ? 'in turn' : 'at once'}`
  const how = inTurn
    ? 'as the command line asks'
    : `profile ${load.profile}, ${load.seconds} s of load`
  const onPurpose = Object.entries(record.faults).map(
    ([name, fault]) => `${name} ${JSON.stringify(fault)}`,
  )
  const wrong = onPurpose.length > 0 ? `\nWrong on purpose: ${onPurpose.join(', ')}` : ''
  const heading = `${which[0]?.toUpperCase()}${which.slice(1)}: ${how}, ended after ${seconds.toFixed(1)} s${wrong}`
  const file = fileOf(script, record)
  const checks = data.root_group.checks.map(({ name, passes, fails }) => ({ name, passes, fails }))
  const report = {
    script,
    ...describe(record, commit),
    load: inTurn ? undefined : load,
    urls,
    seconds,
    scenarios: results,
    checks,
  }
  return {
    stdout: `${printSummary(results, heading)}${file.shown}\n`,
    [file.path]: `${JSON.stringify(report, undefined, 2)}\n`,
  }
}

/** What a reader needs to know about a run to repeat it. */
export const describe = (
  { k6, id, startedAt, scenarios: executors, settings, machines, faults, silent }: RunRecord,
  commit: string,
) => ({
  run: id,
  startedAt,
  commit,
  k6,
  executors,
  settings,
  machines,
  faults,
  silent,
})

/** Where a run's JSON goes: beside these scripts, wherever k6 was started. */
export function fileOf(script: string, { id }: RunRecord): { path: string; shown: string } {
  const name = `results/${script}-${id}.json`
  return {
    path: import.meta.resolve(`../${name}`).replace('file://', ''),
    shown: `Everything in numbers: ${name}`,
  }
}
