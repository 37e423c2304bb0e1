import type { FunctionName } from '../../model/services.ts'
import { loadEnd } from './metric-names.ts'
import type { Executors } from './options.ts'
import type { LabSettings } from './scenarios.ts'

/** The description of a run when it begins; k6 passes it to every user and to the summary. */
export type RunRecord = LabDescription & {
  /** What begins in the first so many seconds of the load is not counted. */
  warmupSeconds: number
  /** Unique. `RUN_ID` if the program that started k6 has to find the results. */
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

type Metrics = Pick<SummaryData, 'metrics'>

/** The value of a counter; 0 if nothing was counted. */
export const countOf = ({ metrics }: Metrics, name: string): number =>
  metrics[name]?.values.count ?? 0

/** The value of a gauge; `undefined` if it was never set. */
export const gaugeOf = ({ metrics }: Metrics, name: string): number | undefined =>
  metrics[name]?.values.value

/**
 * When the load ended, in milliseconds since k6 began: before the services were asked what they had
 * done, unless `--no-teardown` left that out.
 */
export const loadEndOf = (data: Pick<SummaryData, 'metrics' | 'state'>): number =>
  gaugeOf(data, loadEnd) ?? data.state.testRunDurationMs

/** What the process of a service did since its start, in seconds. */
export type CoreTimes = {
  /** When it started, in seconds since 1970: another process has another start. */
  startedAt: number
  onCore: number
  /** Ready to run, and without a core. */
  waited: number
}

export type LabDescription = {
  /** Numeric settings of a service. */
  settings: LabSettings
  /** Settings of a service that are words. */
  choices: Partial<Record<FunctionName, Record<string, string>>>
  /** Version, runtime and machine of a service. */
  machines: Partial<Record<FunctionName, Record<string, string>>>
  /** Faults of a service that were set when the run began. */
  faults: Partial<Record<FunctionName, object>>
  silent: FunctionName[]
  /** The time of each service on a core, and ready for one, when the load began. */
  coreTimes: Partial<Record<FunctionName, CoreTimes>>
  k6: string
}

/**
 * The path of a file in this checkout, regardless of the working directory. k6 needs a path;
 * `import.meta.resolve` returns a URL.
 */
const localPath = (name: string): string =>
  decodeURIComponent(import.meta.resolve(`../../${name}`).replace('file://', ''))

export function fileOf(script: string, id: string): { path: string; name: string } {
  const name = `results/${script}-${id}.json`
  return { path: localPath(name), name }
}

/**
 * Why there is no folder for results; `undefined` if there is one. k6 itself reports this only at
 * the end, and exits with 0. Call it while the script is initialised.
 */
export function whyNoResults(): string | undefined {
  const path = localPath('results')
  try {
    open(path)
  } catch (error) {
    // Opening a folder fails as well, but with another error.
    const missing = /no such file|cannot find/i.test(String(error))
    return missing ? `There is no folder for the results: create ${path}` : undefined
  }
  return `The results need a folder, but ${path} is a file`
}
