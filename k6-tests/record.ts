import type { LabDescription } from './lab.ts'

/** The statistics that a summary shows. */
export const trendStats = ['min', 'avg', 'med', 'p(90)', 'p(95)', 'p(99)', 'max', 'count']

/** What is known when a run begins; k6 hands it to every user, and to the summary at the end. */
export type RunRecord = LabDescription & {
  /** No two runs have the same. */
  id: string
  startedAt: string
  /** The load as k6 has understood it, the command line included. */
  scenarios: object
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

export function startRecord({
  lab,
  scenarios,
}: {
  lab: LabDescription
  scenarios: object
}): RunRecord {
  const startedAt = new Date().toISOString()
  const random = Math.random().toString(36).slice(2, 8)
  return { ...lab, scenarios, startedAt, id: `${startedAt.replaceAll(/\D/g, '')}-${random}` }
}

const read = (path: string): string | undefined => {
  try {
    return open(import.meta.resolve(path)).trim()
  } catch {
    return undefined
  }
}

/** The commit that these scripts stand at, `unknown` where they were copied. https://git-scm.com/docs/gitrepository-layout */
export function readCommit(): string {
  const head = read('../.git/HEAD') ?? 'unknown'
  if (!head.startsWith('ref: ')) return head
  const ref = head.slice('ref: '.length)
  const packed = read('../.git/packed-refs')
    ?.split('\n')
    .find((line) => line.endsWith(` ${ref}`))
  return read(`../.git/${ref}`) ?? packed?.split(' ')[0] ?? 'unknown'
}
