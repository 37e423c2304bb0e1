import { inWords, percent, printTable } from '../formats/table.ts'
import type { Verdict } from '../model/load.ts'
import { type Failure, failures } from './failures.ts'
import type { ScenarioResult } from './results.ts'
import { scenarioOf } from './scenarios.ts'
import { heldAll } from './verdict.ts'

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

function rowVerdict(result: ScenarioResult, notJudged: boolean): string {
  if (result.requests === 0) return 'NOT MEASURED'
  if (notJudged) return 'not judged'
  return heldAll(result) ? 'passed' : 'FAILED'
}

const row = (result: ScenarioResult, notJudged: boolean) => {
  const { p50, p90, p95, p99, max } = result.latencyMs ?? {}
  return [
    `${result.scenario} ${result.title}`,
    String(result.requests),
    result.requestsPerSecond.toFixed(1),
    percent(result.failedRate),
    result.dropped === undefined ? '–' : String(result.dropped),
    ...[p50, p90, p95, p99, max].map(inWords),
    inWords(scenarioOf(result.scenario).p95LimitMs),
    rowVerdict(result, notJudged),
  ]
}

const meanPhases = ({ phasesMs }: ScenarioResult) =>
  Object.entries(phasesMs)
    .map(([phase, { mean }]) => `${phase} ${mean.toFixed(mean < 9.95 ? 1 : 0)}`)
    .join(' + ')

/** The failures of one scenario, a line each. */
export function complaintsOf({
  scenario,
  title,
  thresholds,
  latencyMs,
  ...result
}: ScenarioResult): string[] {
  const { p95LimitMs: limitMs } = scenarioOf(scenario)
  const failed = Object.entries(result.failures).map(
    ([failure, count]) => `${count} of ${result.requests} failed: ${failures[failure as Failure]}`,
  )
  const missed = (on: string) =>
    thresholds.some((threshold) => threshold.on === on && !threshold.held)
  const slow = latencyMs && latencyMs.p95 >= limitMs
  const complaints = [
    result.requests === 0 && 'no data: no request ended',
    ...failed,
    result.requests > 0 && !latencyMs && 'no request went as designed, so there is no latency',
    slow &&
      `p95 ${inWords(latencyMs.p95)} is not under ${inWords(limitMs)}; on average ` +
        `${meanPhases({ scenario, title, thresholds, latencyMs, ...result })}`,
    missed('dropped arrivals') &&
      `${result.dropped} arrivals were dropped: the load did not keep its rate`,
    result.unfinished > 0 && `${result.unfinished} requests had no response when the run ended`,
  ]
  return complaints
    .filter((complaint) => typeof complaint === 'string')
    .map((line) => `  ${scenario} ${title}: ${line}`)
}

const saying: Record<Exclude<Verdict, 'not judged'>, (missed: ScenarioResult[]) => string> = {
  passed: () => 'All thresholds passed.',
  failed: (missed) =>
    `Thresholds failed in scenario ${missed.map(({ scenario }) => scenario).join(', ')}.`,
}

export type SummaryTable = {
  heading: string
  results: ScenarioResult[]
  verdict: Verdict
  /** Why the run is not judged. */
  notJudged: string | undefined
  /** Lines that explain a complaint by the settings of the lab. */
  hints: string[]
}

/** A row per scenario, the breakdown of their time, and the failures. */
export function printSummary({
  heading,
  results,
  verdict,
  notJudged,
  hints,
}: SummaryTable): string {
  const complaints = [...results.flatMap(complaintsOf), ...hints]
  return [
    '',
    heading,
    '',
    printTable(
      headings,
      results.map((result) => row(result, verdict === 'not judged')),
    ),
    '',
    'Latencies of requests that went as designed. Where their time went, on average, in ms:',
    ...results.map(
      (result) =>
        `  ${`${result.scenario} ${result.title}`.padEnd(24)}  ${meanPhases(result) || '–'}`,
    ),
    ...(complaints.length > 0 ? ['', 'What went wrong:', ...complaints] : []),
    '',
    verdict === 'not judged'
      ? `Not judged: ${notJudged}.`
      : saying[verdict](results.filter((result) => !heldAll(result))),
    '',
  ].join('\n')
}
