import type { FunctionName } from '../model/services.ts'
import {
  ceilingOf,
  expectedCeiling,
  isJudged,
  resultOfStep,
  type StepResult,
} from './capacity-results.ts'
import { printSteps } from './capacity-table.ts'
import { elapsedOf } from './elapsed.ts'
import { noFigures, type SummaryData } from './record.ts'
import { describeBudget } from './report-budget.ts'
import { describe, fileOf } from './result-file.ts'
import { scenarioOf } from './scenarios.ts'
import type { Plan } from './steps.ts'
import { whyBroken, whyEnded } from './verdict.ts'

/** What the judged steps say of the ceiling, beside what the settings let one expect. */
function saying(steps: StepResult[], expected: number | undefined): string {
  const theory = expected === undefined ? '' : `; slots and waiting allow ${expected.toFixed(2)}/s`
  const ceiling = ceilingOf(steps)
  const judged = steps.filter(isJudged)
  if (ceiling !== undefined) {
    const deviation =
      expected === undefined ? '' : ` (${((ceiling / expected - 1) * 100).toFixed(1)} %)`
    return `The ceiling is ${ceiling.toFixed(2)}/s${theory}${deviation}.`
  }
  const highest = judged.at(-1)
  if (!highest) return `No step was played to its end at its rate: nothing is known${theory}.`
  const higher = judged.length === steps.length ? ' Go higher: -e TO=…' : ''
  return `No ceiling up to ${highest.offeredPerSecond}/s${theory}.${higher}`
}

/** What the ceiling leaves out: steps that k6 did not play, or not at their rate. */
function leftOut(steps: StepResult[]): string[] {
  const lost = steps.filter(({ begun, kept }) => begun && !kept).length
  if (lost === 0) return []
  return [
    `${lost} of ${steps.length} steps are left out: k6 did not keep their rate. ` +
      'Raise MAX_VUS, or let k6 run on a machine of its own.',
  ]
}

export type CapacitySummaryOptions = {
  data: SummaryData
  plan: Plan
  urls: Record<FunctionName, string>
  commit: string
}

/** How long all steps and the pauses between them take, in seconds. */
const lengthOf = ({ steps, stepSeconds }: Plan) => (steps.at(-1)?.startSeconds ?? 0) + stepSeconds

/** k6's `handleSummary` of a capacity run: a row per rate of arrivals, and the ceiling. */
export function summarizeCapacity({
  data,
  plan,
  urls,
  commit,
}: CapacitySummaryOptions): Record<string, string> {
  const record = data.setup_data
  if (!record) return { stdout: noFigures(data) }
  const { title } = scenarioOf(plan.scenario)
  const elapsed = elapsedOf(data, record, lengthOf(plan))
  const steps = plan.steps.map((step) => resultOfStep(step, plan, data, elapsed))
  const broken = whyBroken(data)
  const notJudged = whyEnded(elapsed) ?? broken
  const ceiling = broken ? undefined : ceilingOf(steps)
  const expected = expectedCeiling(plan.scenario, record)
  const file = fileOf('capacity', record)
  const report = {
    script: 'capacity',
    ...describe(record, commit),
    notJudged,
    plan,
    urls,
    seconds: elapsed.total,
    ceiling,
    expected,
    steps,
  }
  const lines = [
    '',
    `Capacity of scenario ${plan.scenario}, ${title}: ${plan.steps.length} rates of arrivals, each measured for ${plan.stepSeconds - plan.warmupSeconds} s`,
    ...(plan.scenario === 4 ? [describeBudget(record)] : []),
    '',
    printSteps(steps),
    '',
    ...(notJudged ? [`Not complete: ${notJudged}.`] : []),
    ...(broken ? [] : [saying(steps, expected), ...leftOut(steps)]),
    file.shown,
    '',
  ]
  const shown = lines.filter((line) => line !== undefined)
  return { stdout: shown.join('\n'), [file.path]: `${JSON.stringify(report, undefined, 2)}\n` }
}
