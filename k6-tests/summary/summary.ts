import type { FunctionName } from '../../model/services.ts'
import { styles } from '../../model/styles.ts'
import { fromCommandLine, type Load } from '../load/options.ts'
import { fileOf, type SummaryData } from '../load/record.ts'
import { chosenBy } from '../load/scenarios.ts'
import { coreReportOf, whyBusy } from './busy.ts'
import { headingOf, whySlow } from './heading.ts'
import { resultOf } from './results.ts'
import { elapsedOf, heldAll, verdictOf, whyNotJudged } from './run-verdict.ts'
import { printSummary } from './table.ts'

export type SummaryOptions = {
  data: SummaryData
  load: Load
  urls: Record<FunctionName, string>
  commit: string
  /** The generators that shared the load, if there were several. */
  generators?: string[]
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
  const { id, scenarios: executors, setupMs: _, coreTimes: __, ...conditions } = record
  const elapsed = elapsedOf(data, record, load.seconds)
  const other = fromCommandLine(executors)
  const results = chosenBy(load).map((scenario) =>
    resultOf(scenario, { data, record, seconds: elapsed.load }),
  )
  const notJudged = whyNotJudged({ data, record, elapsed, results })
  const verdict = verdictOf(results, notJudged)
  const heading = headingOf({ record, load, total: elapsed.total, generators, results })
  const failed = results.filter((result) => !heldAll(result))
  const cores = coreReportOf(data)
  const isSync = load.style === 'sync'
  const reportFailed = failed.some(({ scenario }) => scenario === 4) && !other && isSync
  const hints = [...(reportFailed ? whySlow(record, load) : []), ...whyBusy(cores, failed)]
  const { script } = styles[load.style]
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
    cores,
    scenarios: results,
    checks: data.root_group.checks.map(({ name, passes, fails }) => ({ name, passes, fails })),
  }
  const table = printSummary({ heading, results, verdict, notJudged, hints })
  return {
    stdout: `${table}Results: ${file.name}\n`,
    [file.path]: `${JSON.stringify(report, undefined, 2)}\n`,
  }
}
