/** What a run was, in words: its load, its warm-up, the budget of reports, faults. */
import { describeLoad, fromCommandLine, type Load } from '../load/options.ts'
import type { LabDescription, RunRecord } from '../load/record.ts'
import type { ScenarioResult } from './results.ts'

type Lab = Pick<LabDescription, 'settings' | 'choices'>

const reportOf = ({ settings, choices }: Lab) => ({
  budget: choices.report?.REPORT_BUDGET,
  seconds: settings.report?.REPORT_CPU_SECONDS,
  workers: settings.report?.REPORT_WORKERS,
})

/** The budget of reports in a sentence; nothing if the lab does not show it. */
function describeBudget(lab: Lab): string | undefined {
  const { budget, seconds } = reportOf(lab)
  if (budget === 'wall')
    return `Reports end ${seconds} s after they arrive (REPORT_BUDGET=wall, as in the study).`
  return budget && `Reports take ${seconds} s of CPU time (REPORT_BUDGET=${budget}).`
}

/** The hint that reports are slow because they outnumber the workers; none if they do not. */
export function whySlow(lab: Lab, { reportUsers }: Load): string[] {
  const { budget, seconds, workers } = reportOf(lab)
  if (budget !== 'cpu' || !workers || reportUsers <= workers) return []
  return [
    `  4 report: ${reportUsers} users share ${workers} workers, at ${seconds} s of CPU time each; ` +
      'with REPORT_BUDGET=wall a report ends by the clock',
  ]
}

const named = (numbers: readonly number[]) =>
  numbers.length === 1 ? `scenario ${numbers}` : `scenarios ${numbers.join(' and ')}`

/** What is not counted, in a sentence or two; nothing if all is. */
function describeWarmup(results: readonly ScenarioResult[], seconds: number): string | undefined {
  if (seconds === 0) return undefined
  const sum = (name: 'requests' | 'failed') =>
    results.reduce((all, { warmup }) => all + warmup[name], 0)
  const failed = sum('failed') > 0 ? `, of which ${sum('failed')} failed` : ''
  const whole = results.filter(({ warmup }) => warmup.seconds === 0).map((it) => it.scenario)
  return (
    `The first ${seconds} s are a warm-up: ${sum('requests')} requests are not counted${failed}.` +
    (whole.length > 0 ? ` Requests of ${named(whole)} take longer: all are counted.` : '')
  )
}

const accepted =
  'Asynchronous style: the times are those of acceptance. The work that was accepted follows.'

type HeadingOptions = {
  record: RunRecord
  load: Load
  /** Until the last response, in seconds. */
  total: number
  generators: readonly string[]
  results: readonly ScenarioResult[]
}

/** The load, and the injected faults. */
export function headingOf({ record, load, total, generators, results }: HeadingOptions): string {
  const other = fromCommandLine(record.scenarios)
  const all = `The six scenarios ${other ? 'in turn' : 'at once'}`
  const which = load.only ? `Scenario ${load.only} alone` : all
  const how = other
    ? `${describeLoad(other)}, as the command line asks`
    : `profile ${load.profile}, ${load.seconds} s of load`
  const by = generators.length > 0 ? ` by ${generators.length} generators` : ''
  const faults = Object.entries(record.faults).map(
    ([name, fault]) => `${name} ${JSON.stringify(fault)}`,
  )
  return [
    `${which}: ${how}${by}, ended after ${total.toFixed(1)} s`,
    load.style === 'async' && accepted,
    describeWarmup(results, record.warmupSeconds),
    load.style === 'sync' && (load.only ?? 4) === 4 && describeBudget(record),
    faults.length > 0 && `Injected faults: ${faults.join(', ')}`,
  ]
    .filter(Boolean)
    .join('\n')
}
