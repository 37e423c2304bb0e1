import { inWords, percent, printTable } from '../../formats/table.ts'
import type { Verdict } from '../../model/load.ts'
import { describeFailure, type Failure } from '../load/failures.ts'
import type { ScenarioResult } from './results.ts'
import { heldAll } from './run-verdict.ts'

const headings = 'scenario,requests,per s,failed,dropped,p50,p90,p95,p99,max,limit,verdict'.split(
  ',',
)

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
    inWords(result.p95LimitMs),
    rowVerdict(result, notJudged),
  ]
}

const meanPhases = ({ phasesMs }: ScenarioResult) =>
  Object.entries(phasesMs)
    .map(([phase, { mean }]) => `${phase} ${mean.toFixed(mean < 9.95 ? 1 : 0)}`)
    .join(' + ')

/** The failures of one scenario, a line each. */
function complaintsOf(result: ScenarioResult): string[] {
  const { scenario, title, requests, warmup, thresholds, latencyMs, dropped, unfinished } = result
  const limitMs = result.p95LimitMs
  const failed = Object.entries(result.failures).map(
    ([failure, count]) => `${count} of ${requests} failed: ${describeFailure(failure as Failure)}`,
  )
  const missed = thresholds.some(({ on, held }) => on === 'dropped arrivals' && !held)
  const complaints = [
    requests === 0 &&
      (warmup.requests > 0
        ? `no data: all ${warmup.requests} requests were in the warm-up`
        : 'no data: no request ended'),
    ...failed,
    requests > 0 && !latencyMs && 'no request went as designed, so there is no latency',
    latencyMs &&
      latencyMs.p95 >= limitMs &&
      `p95 ${inWords(latencyMs.p95)} is not under ${inWords(limitMs)}; on average ` +
        meanPhases(result),
    missed && `${dropped} arrivals were dropped: the load did not keep its rate`,
    unfinished > 0 && `${unfinished} requests had no response when the run ended`,
  ]
  return complaints
    .filter((complaint) => typeof complaint === 'string')
    .map((line) => `  ${scenario} ${title}: ${line}`)
}

function conclude({ results, verdict, notJudged }: SummaryTable): string {
  if (verdict === 'not judged') return `Not judged: ${notJudged}.`
  if (verdict === 'passed') return 'All thresholds passed.'
  const missed = results.filter((result) => !heldAll(result)).map(({ scenario }) => scenario)
  return `Thresholds failed in scenario ${missed.join(', ')}.`
}

export type SummaryTable = {
  heading: string
  results: ScenarioResult[]
  verdict: Verdict
  notJudged: string | undefined
  /** Lines that explain a complaint by the settings of the lab. */
  hints: string[]
}

/** A row per scenario, the breakdown of their time, and the failures. */
export function printSummary(table: SummaryTable): string {
  const { heading, results, verdict, hints } = table
  const complaints = [...results.flatMap(complaintsOf), ...hints]
  const rows = results.map((result) => row(result, verdict === 'not judged'))
  const times = results.map((result) => {
    const name = `${result.scenario} ${result.title}`.padEnd(24)
    return `  ${name}  ${meanPhases(result) || '–'}`
  })
  return [
    '',
    heading,
    '',
    printTable(headings, rows),
    '',
    'Latencies of requests that went as designed. Where their time went, on average, in ms:',
    ...times,
    ...(complaints.length > 0 ? ['', 'What went wrong:', ...complaints] : []),
    '',
    conclude(table),
    '',
  ].join('\n')
}
