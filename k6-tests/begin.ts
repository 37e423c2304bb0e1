import exec from 'k6/execution'
import type { FunctionName } from '../model/services.ts'
import type { Environment } from './environment.ts'
import { type K6Options, requireFitOptions, requireOneLoad } from './fit-options.ts'
import { describeLab } from './lab.ts'
import { type RunRecord, startRecord } from './record.ts'
import { whyNoResults } from './result-file.ts'
import { awaitStart } from './start.ts'

// k6 opens files only while a script is initialised.
const inTheWay = whyNoResults()

export type BeginOptions = {
  urls: Record<FunctionName, string>
  /** The services under load. */
  needed: FunctionName[]
  environment: Environment
  /** Whether the script accepts only its own load. */
  ownLoad?: boolean
  /** Whether it is one of several generators, and prints samples instead of writing results. */
  isPart?: boolean
}

/**
 * k6's `setup`: returns the record of a run when its load begins.
 * @throws Error if the run could not be judged, or if no lab answers
 */
export function beginRun(options: BeginOptions): RunRecord {
  const { urls, needed, environment, ownLoad = false, isPart = false } = options
  if (inTheWay && !isPart) throw new Error(inTheWay)
  const chosen = exec.test.options as K6Options
  // A part has an execution segment, which the results show.
  requireFitOptions(isPart ? { ...chosen, executionSegment: null } : chosen)
  requireOneLoad(chosen, environment, ownLoad)
  const lab = describeLab(urls, needed)
  if (environment.START_URL) awaitStart(environment.START_URL)
  return startRecord({
    lab,
    scenarios: chosen.scenarios ?? {},
    setupMs: exec.instance.currentTestRunDuration,
    id: environment.RUN_ID,
  })
}
