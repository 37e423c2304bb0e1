import type { FunctionName } from '../../model/services.ts'
import { styles } from '../../model/styles.ts'
import { describeLoad, fromCommandLine, type Load } from '../load/options.ts'
import type { LabDescription, RunRecord, SummaryData } from '../load/record.ts'
import { fileOf } from '../load/record.ts'
import { chosenBy } from '../load/scenarios.ts'
import { elapsedOf, heldAll, resultOf, verdictOf, whyNotJudged } from './results.ts'
import { printSummary } from './table.ts'

export type SummaryOptions = {
  data: SummaryData
  load: Load
  urls: Record<FunctionName, string>
  commit: string
  /** The generators that shared the load, if there were several. */
  generators?: string[]
}

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
function whySlow(lab: Lab, { reportUsers }: Load): string[] {
  const { budget, seconds, workers } = reportOf(lab)
  if (budget !== 'cpu' || !workers || reportUsers <= workers) return []
  return [
    `  4 report: ${reportUsers} users share ${workers} workers, at ${seconds} s of CPU time each; ` +
      'with REPORT_BUDGET=wall a report ends by the clock',
  ]
}

/** The load, and the injected faults. */
function headingOf(record: RunRecord, load: Load, total: number, generators: string[]): string {
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
    (load.only ?? 4) === 4 && describeBudget(record),
    faults.length > 0 && `Injected faults: ${faults.join(', ')}`,
  ]
    .filter(Boolean)
    .join('\n')
}

/** The text instead of a table without figures. */
const noFigures = (data: object): string =>
  'state' in data
    ? '\nNo data: the setup did not end.\n'
    : '\nNot judged: --new-machine-readable-summary keeps the figures from the script.\n'

/** k6's `handleSummary`: a table for people, and everything as JSON in `results/`. */
export function summarize(options: SummaryOptions): Record<string, string> {
  const { data, load, urls, commit, generators = [] } = options
  const record = data.setup_data
  if (!record) return { stdout: noFigures(data) }
  const { id, scenarios: executors, setupMs: _, ...conditions } = record
  const elapsed = elapsedOf(data, record, load.seconds)
  const other = fromCommandLine(executors)
  const results = chosenBy(load.only).map((scenario) => resultOf(scenario, data, elapsed.load))
  const notJudged = whyNotJudged({ data, record, elapsed, results })
  const verdict = verdictOf(results, notJudged)
  const heading = headingOf(record, load, elapsed.total, generators)
  const reportFailed = results.some((result) => result.scenario === 4 && !heldAll(result))
  const hints = reportFailed && !other ? whySlow(record, load) : []
  const { script } = styles.sync
  const file = fileOf(script, id)
  const report = {
    script,
    run: id,
    commit,
    executors,
    ...conditions,
    verdict,
    notJudged,
    load: other ? undefined : load,
    urls,
    generators,
    seconds: elapsed.total,
    loadSeconds: elapsed.load,
    scenarios: results,
    checks: data.root_group.checks.map(({ name, passes, fails }) => ({ name, passes, fails })),
  }
  const table = printSummary({ heading, results, verdict, notJudged, hints })
  return {
    stdout: `${table}Results: ${file.name}\n`,
    [file.path]: `${JSON.stringify(report, undefined, 2)}\n`,
  }
}
