import { fromCommandLine } from './command-line.ts'
import type { Elapsed } from './elapsed.ts'
import { exceptions } from './metric-names.ts'
import type { RunRecord, SummaryData } from './record.ts'
import type { ScenarioResult } from './results.ts'
import { counted } from './table.ts'

/** What became of a run's limits. */
export type Verdict = 'passed' | 'failed' | 'not judged'

const sum = (numbers: number[]) => numbers.reduce((all, one) => all + one, 0)

const seconds = (value: number) => `${value.toFixed(value < 10 ? 1 : 0)} s`

// A run ends a moment before its time if its users do.
const tolerance = 0.1

/** Why a run came to an end before its load did; `undefined` if it did not. */
export const whyEnded = ({ total, planned }: Elapsed): string | undefined =>
  planned !== undefined && total < planned - tolerance
    ? `the run was interrupted after ${seconds(total)} of ${seconds(planned)}`
    : undefined

/** Why scripts that broke have played something else; `undefined` if they held. */
export function whyBroken({ metrics }: SummaryData): string | undefined {
  const thrown = metrics[exceptions]?.values.count ?? 0
  if (thrown > 0) return `the script threw ${counted(thrown, 'exception')}; k6 has logged them`
  // k6 hands a threshold over if it was evaluated, and only then.
  return metrics[exceptions]?.thresholds ? undefined : 'thresholds were off (--no-thresholds)'
}

/** Iterations of the command line that k6 had no time for, or that were cut off. */
function whyIncomplete({ metrics }: SummaryData, { scenarios }: RunRecord): string | undefined {
  const { iterations } = fromCommandLine(scenarios) ?? {}
  const played = metrics.iterations?.values.count ?? 0
  if (!iterations || played >= iterations) return undefined
  return `only ${played} of ${counted(iterations, 'iteration')} were played`
}

function whyCutOff(results: Pick<ScenarioResult, 'unfinished'>[]): string | undefined {
  const unfinished = sum(results.map((result) => result.unfinished))
  return unfinished > 0
    ? `${counted(unfinished, 'request')} had no answer when it ended`
    : undefined
}

export type Run = {
  data: SummaryData
  record: RunRecord
  elapsed: Elapsed
  results: ScenarioResult[]
}

/** Why the figures of a run say nothing about its limits; `undefined` if it was what it says. */
export const whyNotJudged = ({ data, record, elapsed, results }: Run): string | undefined =>
  whyEnded(elapsed) ?? whyBroken(data) ?? whyIncomplete(data, record) ?? whyCutOff(results)

/** What became of the limits of one scenario. */
export const heldAll = ({ requests, thresholds }: ScenarioResult): boolean =>
  requests > 0 && thresholds.length > 0 && thresholds.every(({ held }) => held)

/** What became of the limits of a run. */
export function verdictOf(results: ScenarioResult[], notJudged: string | undefined): Verdict {
  if (notJudged) return 'not judged'
  return results.length > 0 && results.every(heldAll) ? 'passed' : 'failed'
}
