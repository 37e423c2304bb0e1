import type { Executors } from './command-line.ts'
import type { LabDescription } from './lab.ts'

/** The statistics that a summary shows. */
export const trendStats = ['min', 'avg', 'med', 'p(90)', 'p(95)', 'p(99)', 'max', 'count']

/** The description of a run when it begins; k6 passes it to every user and to the summary. */
export type RunRecord = LabDescription & {
  /** Unique. */
  id: string
  startedAt: string
  /** The load that k6 plays, including its command line. */
  scenarios: Executors
  /** The time from the start of the run to the start of its load, in milliseconds. */
  setupMs: number
}

/** The argument of `handleSummary`. */
export type SummaryData = {
  metrics: Record<
    string,
    { values: Record<string, number>; thresholds?: Record<string, { ok: boolean }> }
  >
  root_group: { checks: { name: string; passes: number; fails: number }[] }
  state: { testRunDurationMs: number }
  setup_data?: RunRecord
}

/** The text instead of a table without figures. */
export const noFigures = (data: object): string =>
  'state' in data
    ? '\nNo data: the setup did not end.\n'
    : '\nNot judged: --new-machine-readable-summary keeps the figures from the script.\n'

export type RecordOptions = {
  lab: LabDescription
  scenarios: Executors
  setupMs: number
  /** Chosen by the program that started k6, so that it can find the results. */
  id?: string | undefined
}

export function startRecord({ lab, scenarios, setupMs, id }: RecordOptions): RunRecord {
  const startedAt = new Date().toISOString()
  const random = Math.random().toString(36).slice(2, 8)
  const own = `${startedAt.replaceAll(/\D/g, '')}-${random}`
  return { ...lab, scenarios, startedAt, setupMs, id: id || own }
}
