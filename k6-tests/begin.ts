import exec from 'k6/execution'
import type { FunctionName } from '../model/services.ts'
import type { Environment } from './environment.ts'
import { type K6Options, requireFitOptions, requireOneLoad } from './fit-options.ts'
import { describeLab } from './lab.ts'
import { type RunRecord, startRecord } from './record.ts'
import { whyNoResults } from './result-file.ts'

// k6 opens files only while a script is initialised.
const inTheWay = whyNoResults()

export type BeginOptions = {
  urls: Record<FunctionName, string>
  /** The services under load. */
  needed: FunctionName[]
  environment: Environment
  /** Whether the script accepts only its own load. */
  ownLoad?: boolean
}

/**
 * k6's `setup`: returns the record of a run when its load begins.
 * @throws Error if the run could not be judged, or if no lab answers
 */
export function beginRun({ urls, needed, environment, ownLoad = false }: BeginOptions): RunRecord {
  if (inTheWay) throw new Error(inTheWay)
  const options = exec.test.options as K6Options
  requireFitOptions(options)
  requireOneLoad(options, environment, ownLoad)
  const lab = describeLab(urls, needed)
  return startRecord({
    lab,
    scenarios: options.scenarios ?? {},
    setupMs: exec.instance.currentTestRunDuration,
    id: environment.RUN_ID,
  })
}
