import { counted } from '../formats/table.ts'
import type { Verdict } from '../model/load.ts'
import { fromCommandLine } from './command-line.ts'
import type { Elapsed } from './elapsed.ts'
import { exceptions } from './metric-names.ts'
import type { RunRecord, SummaryData } from './record.ts'
import type { ScenarioResult } from './results.ts'

const sum = (numbers: number[]) => numbers.reduce((all, one) => all + one, 0)

const seconds = (value: number) => `${value.toFixed(value < 10 ? 1 : 0)} s`

// A run ends slightly before its planned time if its users do.
const tolerance = 0.1

/** Why a run ended before its load; `undefined` if it did not. */
export const whyEnded = ({ total, planned }: Elapsed): string | undefined =>
  planned !== undefined && total < planned - tolerance
    ? `the run was interrupted after ${seconds(total)} of ${seconds(planned)}`
    : undefined

/** Why a run is invalid: exceptions or missing thresholds; `undefined` if neither. */
export function whyBroken({ metrics }: SummaryData): string | undefined {
  const thrown = metrics[exceptions]?.values.count ?? 0
  if (thrown > 0) return `the script threw ${counted(thrown, 'exception')}; k6 has logged them`
  // k6 includes a threshold only if it was evaluated.
  return metrics[exceptions]?.thresholds ? undefined : 'thresholds were off (--no-thresholds)'
}

/** Iterations of the command line that k6 did not complete. */
function whyIncomplete({ metrics }: SummaryData, { scenarios }: RunRecord): string | undefined {
  const { iterations } = fromCommandLine(scenarios) ?? {}
  const played = metrics.iterations?.values.count ?? 0
  if (!iterations || played >= iterations) return undefined
  return `only ${played} of ${counted(iterations, 'iteration')} were played`
}

function whyCutOff(results: Pick<ScenarioResult, 'unfinished'>[]): string | undefined {
  const unfinished = sum(results.map((result) => result.unfinished))
  return unfinished > 0
    ? `${counted(unfinished, 'request')} had no response when it ended`
    : undefined
}

export type Run = {
  data: SummaryData
  record: RunRecord
  elapsed: Elapsed
  results: ScenarioResult[]
}

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
