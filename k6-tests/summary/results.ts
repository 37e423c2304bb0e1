import { counted } from '../../formats/table.ts'
import type { Verdict } from '../../model/load.ts'
import type { Failure } from '../load/failures.ts'
import {
  droppedArrivals,
  exceptions,
  failuresOf,
  metricNames,
  openLoop,
  phasesOf,
} from '../load/metric-names.ts'
import { fromCommandLine, secondsOf } from '../load/options.ts'
import { countOf, type RunRecord, type SummaryData } from '../load/record.ts'
import type { Scenario } from '../load/scenarios.ts'

/** Times in milliseconds. */
export type Latency = Record<'min' | 'mean' | 'p50' | 'p90' | 'p95' | 'p99' | 'max', number>

/** The result of one scenario in one run. */
export type ScenarioResult = {
  scenario: number
  title: string
  /** Requests that ended. */
  requests: number
  /** Requests without a response when the run ended. */
  unfinished: number
  requestsPerSecond: number
  succeeded: number
  failedRate: number
  failures: Partial<Record<Failure, number>>
  /** Of requests that went as designed. */
  latencyMs: Latency | undefined
  /** The breakdown of their time, from `Server-Timing`. */
  phasesMs: Record<string, Latency>
  /** Arrivals without a free user: the open loop did not keep its rate. */
  dropped?: number
  thresholds: { on: string; condition: string; held: boolean }[]
}

/** Reads a trend of k6; `undefined` without samples. */
function latencyOf({ metrics }: SummaryData, name: string): Latency | undefined {
  const { min = 0, avg = 0, med = 0, max = 0, count = 0, ...rest } = metrics[name]?.values ?? {}
  if (count === 0) return undefined
  const [p90 = 0, p95 = 0, p99 = 0] = ['p(90)', 'p(95)', 'p(99)'].map((stat) => rest[stat])
  return { min, mean: avg, p50: med, p90, p95, p99, max }
}

/** The result of a scenario under a load of `seconds`. */
export function resultOf(scenario: Scenario, data: SummaryData, seconds: number): ScenarioResult {
  const names = metricNames(scenario)
  const { number, title } = scenario
  const isOpen = number === openLoop
  const thresholdsOn = (on: string, name: string) =>
    Object.entries(data.metrics[name]?.thresholds ?? {}).map(([condition, { ok }]) => ({
      on,
      condition,
      held: ok,
    }))
  const requests = countOf(data, names.requests)
  const counts = failuresOf(scenario)
    .map((failure) => [failure, countOf(data, names.failure(failure))] as const)
    .filter(([, count]) => count > 0)
  const failed = counts.reduce((sum, [, count]) => sum + count, 0)
  const phases = phasesOf(scenario).flatMap((phase) => {
    const latency = latencyOf(data, names.phase(phase))
    return latency ? [[phase, latency] as const] : []
  })
  return {
    scenario: number,
    title,
    requests,
    unfinished: countOf(data, names.started) - requests,
    requestsPerSecond: seconds > 0 ? requests / seconds : 0,
    succeeded: requests - failed,
    failedRate: requests > 0 ? failed / requests : 0,
    failures: Object.fromEntries(counts),
    latencyMs: latencyOf(data, names.duration),
    phasesMs: Object.fromEntries(phases),
    ...(isOpen && { dropped: countOf(data, droppedArrivals) }),
    thresholds: [
      ...thresholdsOn('latency', names.duration),
      ...thresholdsOn('success', names.success),
      ...(isOpen ? thresholdsOn('dropped arrivals', droppedArrivals) : []),
    ],
  }
}

/** The duration of a load, in seconds. */
type Elapsed = {
  /** Until the last response, or until the interruption. */
  total: number
  /** The elapsed part of the planned duration; later responses count for it. */
  load: number
  /** `undefined` if the load ends with its iterations. */
  planned: number | undefined
}

/** The planned and the actual duration of a run's load. `seconds` is the script's own plan. */
export function elapsedOf(
  { state }: Pick<SummaryData, 'state'>,
  { setupMs, scenarios }: Pick<RunRecord, 'setupMs' | 'scenarios'>,
  seconds: number,
): Elapsed {
  const total = Math.max(0, state.testRunDurationMs - setupMs) / 1000
  const other = fromCommandLine(scenarios)
  // A user that plays the six scenarios in turn finishes its last round after the planned end.
  if (other) return { total, load: total, planned: secondsOf(other) }
  return { total, load: Math.min(total, seconds), planned: seconds }
}

const seconds = (value: number) => `${value.toFixed(value < 10 ? 1 : 0)} s`

// A run ends slightly before its planned time if its users do.
const tolerance = 0.1

/** Why a run ended before its load; `undefined` if it did not. */
export const whyEnded = ({ total, planned }: Elapsed): string | undefined =>
  planned !== undefined && total < planned - tolerance
    ? `the run was interrupted after ${seconds(total)} of ${seconds(planned)}`
    : undefined

/** Why a run is invalid: exceptions or missing thresholds; `undefined` if neither. */
function whyBroken(data: SummaryData): string | undefined {
  const thrown = countOf(data, exceptions)
  if (thrown > 0) return `the script threw ${counted(thrown, 'exception')}; k6 has logged them`
  // k6 includes a threshold only if it was evaluated.
  const isJudged = data.metrics[exceptions]?.thresholds
  return isJudged ? undefined : 'thresholds were off (--no-thresholds)'
}

/** Iterations of the command line that k6 did not complete. */
function whyIncomplete(data: SummaryData, { scenarios }: RunRecord): string | undefined {
  const { iterations } = fromCommandLine(scenarios) ?? {}
  const played = countOf(data, 'iterations')
  if (!iterations || played >= iterations) return undefined
  return `only ${played} of ${counted(iterations, 'iteration')} were played`
}

function whyCutOff(results: ScenarioResult[]): string | undefined {
  const unfinished = results.reduce((sum, result) => sum + result.unfinished, 0)
  return unfinished > 0
    ? `${counted(unfinished, 'request')} had no response when it ended`
    : undefined
}

type Run = { data: SummaryData; record: RunRecord; elapsed: Elapsed; results: ScenarioResult[] }

/** Why a run is not judged; `undefined` if it is. */
export const whyNotJudged = ({ data, record, elapsed, results }: Run): string | undefined =>
  whyEnded(elapsed) ?? whyBroken(data) ?? whyIncomplete(data, record) ?? whyCutOff(results)

/** Whether a scenario passed all its thresholds. */
export const heldAll = ({ requests, thresholds }: ScenarioResult): boolean =>
  requests > 0 && thresholds.length > 0 && thresholds.every(({ held }) => held)

/** The verdict of a run. */
export function verdictOf(results: ScenarioResult[], notJudged: string | undefined): Verdict {
  if (notJudged) return 'not judged'
  return results.length > 0 && results.every(heldAll) ? 'passed' : 'failed'
}
