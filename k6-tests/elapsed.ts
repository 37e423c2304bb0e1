import { fromCommandLine, secondsOf } from './command-line.ts'
import type { RunRecord, SummaryData } from './record.ts'

/** The duration of a load, in seconds. */
export type Elapsed = {
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
