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

/** The measured ceiling of the judged steps, compared with the one that the settings allow. */
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
  if (!highest) return `No step ran to its end at its rate: the ceiling is unknown${theory}.`
  const higher = judged.length === steps.length ? ' Go higher: -e TO=…' : ''
  return `No ceiling up to ${highest.offeredPerSecond}/s${theory}.${higher}`
}

/** The steps that do not count for the ceiling: k6 did not play them, or not at their rate. */
function leftOut(steps: StepResult[]): string[] {
  const lost = steps.filter(({ begun, kept }) => begun && !kept).length
  if (lost === 0) return []
  return [
    `${lost} of ${steps.length} steps do not count: k6 did not keep their rate. ` +
      'Increase MAX_VUS, or run k6 on another machine.',
  ]
}

export type CapacitySummaryOptions = {
  data: SummaryData
  plan: Plan
  urls: Record<FunctionName, string>
  commit: string
}

/** The duration of all steps and pauses, in seconds. */
const lengthOf = ({ steps, stepSeconds }: Plan) => (steps.at(-1)?.startSeconds ?? 0) + stepSeconds

/** k6's `handleSummary` of a capacity run: a row per arrival rate, and the ceiling. */
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
    `Capacity of scenario ${plan.scenario}, ${title}: ${plan.steps.length} arrival rates, ` +
      `each measured for ${plan.stepSeconds - plan.warmupSeconds} s`,
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
