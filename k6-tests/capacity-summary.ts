import { ceilingOf, expectedCeiling, resultOfStep, type StepResult } from './capacity-results.ts'
import type { ServiceName } from './environment.ts'
import { type Failure, failures } from './failures.ts'
import type { SummaryData } from './record.ts'
import { scenarioOf } from './scenarios.ts'
import type { Plan } from './steps.ts'
import { describe, fileOf } from './summary.ts'
import { inWords, percent, printTable } from './table.ts'

const headings = [
  'offered/s',
  'completed/s',
  'failed',
  'dropped',
  'p50',
  'p95',
  'queue p50',
  'queue p95',
  'what happened',
]

const happened = ({ saturated, failures: failed, dropped, queueMs }: StepResult) => {
  const reasons = Object.entries(failed).map(
    ([failure, count]) => `${count} × ${failures[failure as Failure]}`,
  )
  if (dropped > 0) reasons.push('k6 did not keep the rate')
  if (reasons.length > 0) return reasons.join(', ')
  if (saturated) return 'the queue grows'
  return queueMs && queueMs.p95 >= 1 ? 'kept, some queued' : 'kept, no queue'
}

const row = (result: StepResult) => [
  result.offeredPerSecond.toFixed(1),
  result.completedPerSecond.toFixed(2),
  percent(result.failedRate),
  String(result.dropped),
  ...[result.latencyMs?.p50, result.latencyMs?.p95, result.queueMs?.p50, result.queueMs?.p95].map(
    inWords,
  ),
  happened(result),
]

/** The ceiling in a sentence, beside what the settings let one expect. */
function verdict(ceiling: number | undefined, expected: number | undefined): string {
  const theory = expected === undefined ? '' : `; slots and waiting allow ${expected.toFixed(2)}/s`
  if (ceiling === undefined) return `No ceiling up to here${theory}. Go higher: -e TO=…`
  const deviation =
    expected === undefined ? '' : ` (${((ceiling / expected - 1) * 100).toFixed(1)} %)`
  return `The ceiling is ${ceiling.toFixed(2)}/s${theory}${deviation}.`
}

export type CapacitySummaryOptions = {
  data: SummaryData
  plan: Plan
  urls: Record<ServiceName, string>
  commit: string
}

/** k6's `handleSummary` of a capacity run: a row per rate of arrivals, and the ceiling. */
export function summarizeCapacity({
  data,
  plan,
  urls,
  commit,
}: CapacitySummaryOptions): Record<string, string> {
  const record = data.setup_data
  if (!record) return { stdout: '\nNothing was measured.\n' }
  const { title } = scenarioOf(plan.scenario)
  const steps = plan.steps.map((step) => resultOfStep(step, plan, data))
  const ceiling = ceilingOf(steps)
  const expected = expectedCeiling(plan.scenario, record.settings)
  const file = fileOf('capacity', record)
  const report = {
    script: 'capacity',
    ...describe(record, commit),
    plan,
    urls,
    ceiling,
    expected,
    steps,
  }
  const lines = [
    '',
    `Capacity of scenario ${plan.scenario}, ${title}: ${plan.steps.length} rates of arrivals, each measured for ${plan.stepSeconds - plan.warmupSeconds} s`,
    '',
    printTable(headings, steps.map(row)),
    '',
    verdict(ceiling, expected),
    file.shown,
    '',
  ]
  return { stdout: lines.join('\n'), [file.path]: `${JSON.stringify(report, undefined, 2)}\n` }
}
