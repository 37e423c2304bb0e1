import type { FunctionName } from '../model/services.ts'
import { describeLoad, fromCommandLine } from './command-line.ts'
import { elapsedOf } from './elapsed.ts'
import type { Load } from './environment.ts'
import { noFigures, type RunRecord, type SummaryData } from './record.ts'
import { describeBudget, whySlow } from './report-budget.ts'
import { describe, fileOf } from './result-file.ts'
import { resultOf } from './results.ts'
import { scenarios } from './scenarios.ts'
import { printSummary } from './summary-table.ts'
import { heldAll, verdictOf, whyNotJudged } from './verdict.ts'

export type SummaryOptions = {
  data: SummaryData
  script: string
  load: Load
  urls: Record<FunctionName, string>
  commit: string
  /** The generators that shared the load, if there were several. */
  generators?: string[]
}

const capitalised = (text: string) => `${text[0]?.toUpperCase()}${text.slice(1)}`

/** The load, and the injected faults. */
function headingOf(record: RunRecord, load: Load, total: number, generators: string[]): string {
  const { scenarios: executors, faults } = record
  const other = fromCommandLine(executors)
  const which = load.only
    ? `scenario ${load.only} alone`
    : `the six scenarios ${other ? 'in turn' : 'at once'}`
  const how = other
    ? `${describeLoad(other)}, as the command line asks`
    : `profile ${load.profile}, ${load.seconds} s of load`
  const by = generators.length > 0 ? ` by ${generators.length} generators` : ''
  const onPurpose = Object.entries(faults).map(
    ([name, fault]) => `${name} ${JSON.stringify(fault)}`,
  )
  return [
    `${capitalised(which)}: ${how}${by}, ended after ${total.toFixed(1)} s`,
    ...((load.only ?? 4) === 4 ? [describeBudget(record)] : []),
    ...(onPurpose.length > 0 ? [`Injected faults: ${onPurpose.join(', ')}`] : []),
  ]
    .filter((line) => line !== undefined)
    .join('\n')
}

/** k6's `handleSummary`: a table for people, and everything as JSON in `results/`. */
export function summarize(options: SummaryOptions): Record<string, string> {
  const { data, script, load, urls, commit, generators = [] } = options
  const record = data.setup_data
  if (!record) return { stdout: noFigures(data) }
  const elapsed = elapsedOf(data, record, load.seconds)
  const other = fromCommandLine(record.scenarios)
  const results = scenarios
    .filter(({ number }) => number === (load.only ?? number))
    .map((scenario) => resultOf(scenario, data, elapsed.load))
  const notJudged = whyNotJudged({ data, record, elapsed, results })
  const verdict = verdictOf(results, notJudged)
  const heading = headingOf(record, load, elapsed.total, generators)
  const reportFailed = results.some((result) => result.scenario === 4 && !heldAll(result))
  const hints = [reportFailed && !other && whySlow(record, load)].filter(
    (hint) => typeof hint === 'string',
  )
  const file = fileOf(script, record)
  const checks = data.root_group.checks.map(({ name, passes, fails }) => ({ name, passes, fails }))
  const report = {
    script,
    ...describe(record, commit),
    verdict,
    notJudged,
    load: other ? undefined : load,
    urls,
    generators,
    seconds: elapsed.total,
    loadSeconds: elapsed.load,
    scenarios: results,
    checks,
  }
  return {
    stdout: `${printSummary({ heading, results, verdict, notJudged, hints })}${file.shown}\n`,
    [file.path]: `${JSON.stringify(report, undefined, 2)}\n`,
  }
}
