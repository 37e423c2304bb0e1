import type { Executors } from './command-line.ts'
import type { LabDescription } from './lab.ts'

/** The statistics that a summary shows. */
export const trendStats = ['min', 'avg', 'med', 'p(90)', 'p(95)', 'p(99)', 'max', 'count']

/** What is known when a run begins; k6 hands it to every user, and to the summary at the end. */
export type RunRecord = LabDescription & {
  /** No two runs have the same. */
  id: string
  startedAt: string
  /** The load as k6 has understood it, the command line included. */
  scenarios: Executors
  /** How long the run had taken when its load began, in milliseconds. */
  setupMs: number
}

/** What k6 hands to `handleSummary`. */
export type SummaryData = {
  metrics: Record<
    string,
    { values: Record<string, number>; thresholds?: Record<string, { ok: boolean }> }
  >
  root_group: { checks: { name: string; passes: number; fails: number }[] }
  state: { testRunDurationMs: number }
  setup_data?: RunRecord
}

/** What to print instead of a table if there is nothing to fill it. */
export const noFigures = (data: object): string =>
  'state' in data
    ? '\nNothing was measured: the setup did not end.\n'
    : '\nNot judged: --new-machine-readable-summary keeps the figures from the script.\n'

export type RecordOptions = {
  lab: LabDescription
  scenarios: Executors
  setupMs: number
  /** That of the program which started k6, so that it can find the results. */
  id?: string | undefined
}

export function startRecord({ lab, scenarios, setupMs, id }: RecordOptions): RunRecord {
  const startedAt = new Date().toISOString()
  const random = Math.random().toString(36).slice(2, 8)
  const own = `${startedAt.replaceAll(/\D/g, '')}-${random}`
  return { ...lab, scenarios, startedAt, setupMs, id: id || own }
}
