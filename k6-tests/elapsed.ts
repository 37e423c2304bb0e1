import { fromCommandLine, secondsOf } from './command-line.ts'
import type { RunRecord, SummaryData } from './record.ts'

/** For how long load came, in seconds. */
export type Elapsed = {
  /** Until the last answer, or until the run was cut off. */
  total: number
  /** Of the time that was planned for the load; answers that came later belong to it. */
  load: number
  /** `undefined` if the load ends with its iterations. */
  planned: number | undefined
}

/** How long the load of a run was to last, and how long it lasted. `seconds` is the script's own plan. */
export function elapsedOf(
  { state }: Pick<SummaryData, 'state'>,
  { setupMs, scenarios }: Pick<RunRecord, 'setupMs' | 'scenarios'>,
  seconds: number,
): Elapsed {
  const total = Math.max(0, state.testRunDurationMs - setupMs) / 1000
  const other = fromCommandLine(scenarios)
  // One who plays the six in turn ends its last round after the time is over.
  if (other) return { total, load: total, planned: secondsOf(other) }
  return { total, load: Math.min(total, seconds), planned: seconds }
}
