import exec from 'k6/execution'
import { readMetrics, samplesOf, valuesBy } from '../../formats/metrics-text.ts'
import { metrics } from '../../model/metrics.ts'
import { type FunctionName, functionNames } from '../../model/services.ts'
import { askServices } from './ask-services.ts'
import { nowMs } from './clock.ts'
import { coreTimeNames, coreTimesIn } from './core-use.ts'
import { awaitStart } from './generators.ts'
import {
  type Environment,
  fromCommandLine,
  type K6Options,
  requireFitOptions,
  requireOneLoad,
  secondsOf,
} from './options.ts'
import { type LabDescription, type RunRecord, whyNoResults } from './record.ts'
import { warmupSecondsOf } from './warm-up.ts'

// k6 opens files only while a script is initialised.
const unusableResults = whyNoResults()

type BeginOptions = {
  urls: Record<FunctionName, string>
  /** How long the script's own load takes. */
  seconds: number
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
export function beginRun(options: BeginOptions): RunRecord {
  const { urls, seconds, needed, environment, isShared } = options
  if (unusableResults && !isShared) throw new Error(unusableResults)
  const chosen = exec.test.options as K6Options
  const scenarios = chosen.scenarios ?? {}
  // The results show the segment of a shared load.
  requireFitOptions(isShared ? { ...chosen, executionSegment: null } : chosen)
  requireOneLoad(scenarios, environment)
  const lab = describeLab(urls, needed, environment)
  if (environment.START_URL) awaitStart(environment.START_URL)
  const startedAt = new Date().toISOString()
  const random = Math.random().toString(36).slice(2, 8)
  const id = environment.RUN_ID || `${startedAt.replaceAll(/\D/g, '')}-${random}`
  const other = fromCommandLine(scenarios)
  const warmupSeconds = warmupSecondsOf(other ? secondsOf(other) : seconds, environment)
  return { ...lab, scenarios, startedAt, id, warmupSeconds, setupMs: nowMs() }
}

/** The faults in a `/health` response; nothing if there are none, or no response. */
const faultsIn = (health: string): object | undefined =>
  health ? (JSON.parse(health) as { faults?: object }).faults : undefined

const described = [
  metrics.setting.name,
  metrics.settingInfo.name,
  metrics.labInfo.name,
  ...coreTimeNames,
]

/**
 * Reads the descriptions of the services. One that does not answer may be part of the experiment.
 * @throws Error if none of the services under load answers
 */
function describeLab(
  urls: Record<FunctionName, string>,
  needed: FunctionName[],
  { STYLE }: Environment,
): LabDescription {
  const answers = askServices(urls, functionNames, '/metrics')
  const health = askServices(urls, functionNames, '/health')
  // Only the header that k6 sends has its version.
  const k6 = /k6\/([\w.-]+)/.exec(answers.get('user')?.agent ?? '')?.[1] ?? 'unknown'
  const lab: LabDescription = {
    settings: {},
    choices: {},
    machines: {},
    faults: {},
    silent: [],
    coreTimes: {},
    k6,
  }
  for (const [name, { text }] of answers) {
    const samples = readMetrics(text, described)
    if (samples.length === 0) lab.silent.push(name)
    const times = coreTimesIn(samples)
    if (times) lab.coreTimes[name] = times
    const choices = samplesOf(samples, metrics.settingInfo.name)
    lab.settings[name] = Object.fromEntries(valuesBy(samples, metrics.setting.name, 'name'))
    lab.choices[name] = Object.fromEntries(choices.map(({ labels }) => [labels.name, labels.value]))
    lab.machines[name] = { ...samplesOf(samples, metrics.labInfo.name)[0]?.labels }
    const faults = faultsIn(health.get(name)?.text ?? '')
    if (faults) lab.faults[name] = faults
  }
  if (needed.every((name) => lab.silent.includes(name)))
    throw new Error(
      `No lab answers at ${needed.map((name) => urls[name]).join(', ')}. ` +
        `Start one with npm start -- ${STYLE === 'async' ? '--async ' : ''}--no-tour, or set its ` +
        'address: -e BASE_URL=http://host',
    )
  return lab
}
