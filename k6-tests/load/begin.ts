import exec from 'k6/execution'
import type { FunctionName } from '../../model/services.ts'
import type { Environment } from './environment.ts'
import { awaitStart } from './generators.ts'
import { describeLab } from './lab.ts'
import { type K6Options, requireFitOptions, requireOneLoad } from './options.ts'
import type { RunRecord } from './record.ts'
import { whyNoResults } from './result-file.ts'

// k6 opens files only while a script is initialised.
const unusableResults = whyNoResults()

export type BeginOptions = {
  urls: Record<FunctionName, string>
  /** The services under load. */
  needed: FunctionName[]
  environment: Environment
  /** Whether several generators share the load: this one prints samples, and no results. */
  isShared: boolean
}

/**
 * k6's `setup`: returns the record of a run when its load begins.
 * @throws Error if the run could not be judged, or if no lab answers
 */
export function beginRun({ urls, needed, environment, isShared }: BeginOptions): RunRecord {
  if (unusableResults && !isShared) throw new Error(unusableResults)
  const chosen = exec.test.options as K6Options
  const scenarios = chosen.scenarios ?? {}
  // The results show the segment of a shared load.
  requireFitOptions(isShared ? { ...chosen, executionSegment: null } : chosen)
  requireOneLoad(scenarios, environment)
  const lab = describeLab(urls, needed)
  if (environment.START_URL) awaitStart(environment.START_URL)
  const startedAt = new Date().toISOString()
  const random = Math.random().toString(36).slice(2, 8)
  const id = environment.RUN_ID || `${startedAt.replaceAll(/\D/g, '')}-${random}`
  return { ...lab, scenarios, startedAt, id, setupMs: exec.instance.currentTestRunDuration }
}
