/** Whether a run is judged, and its verdict. */
import { counted } from '../../formats/table.ts'
import type { Verdict } from '../../model/load.ts'
import { exceptions } from '../load/metric-names.ts'
import { fromCommandLine, secondsOf } from '../load/options.ts'
import { countOf, loadEndOf, type RunRecord, type SummaryData } from '../load/record.ts'
import type { ScenarioResult } from './results.ts'

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
  data: Pick<SummaryData, 'metrics' | 'state'>,
  { setupMs, scenarios }: Pick<RunRecord, 'setupMs' | 'scenarios'>,
  seconds: number,
): Elapsed {
  const total = Math.max(0, loadEndOf(data) - setupMs) / 1000
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

export const heldAll = ({ requests, thresholds }: ScenarioResult): boolean =>
  requests > 0 && thresholds.length > 0 && thresholds.every(({ held }) => held)

export function verdictOf(results: ScenarioResult[], notJudged: string | undefined): Verdict {
  if (notJudged) return 'not judged'
  return results.length > 0 && results.every(heldAll) ? 'passed' : 'failed'
}
