import { expect, test } from 'vitest'
import { ceilingOf, expectedCeiling, resultOfStep, stepMetrics } from './capacity-results.ts'
import { parseSteps } from './steps.ts'

const plan = parseSteps({ FROM: '10', TO: '20', STEPS: '2', STEP: '12s', WARMUP: '2s' })
const [first, second] = plan.steps as [(typeof plan.steps)[0], (typeof plan.steps)[0]]

/** A step with these numbers of measured arrivals and completions. */
const stepOf = (step: typeof first, total: number, arrived: number, completed: number) => {
  const names = stepMetrics(step)
  const counts = { [names.arrived]: arrived, [names.completed]: completed }
  const metrics = Object.fromEntries(
    Object.entries(counts).map(([name, count]) => [name, { values: { count } }]),
  )
  const data = { metrics, root_group: { checks: [] }, state: { testRunDurationMs: 0 } }
  return resultOfStep(step, plan, data, { total, load: total, planned: 71 })
}

test('the ceiling counts only steps that were played at their rate', () => {
  const kept = stepOf(first, 71, 100, 100)
  const saturated = stepOf(second, 71, 200, 120)
  expect(kept).toMatchObject({ played: true, kept: true, saturated: false })
  expect(saturated).toMatchObject({ played: true, kept: true, saturated: true })
  expect(ceilingOf([kept, saturated])).toBe(12)
  const fewer = stepOf(second, 71, 150, 120)
  expect(fewer).toMatchObject({ dropped: 0, kept: false })
  expect(ceilingOf([kept, fewer])).toBeUndefined()
})

test('the rate of an interrupted step uses the elapsed time', () => {
  // The second step begins after 47 s; its measurement begins at 49 s.
  const cut = stepOf(second, 54, 100, 60)
  expect(cut).toMatchObject({ begun: true, played: false, completedPerSecond: 12 })
  expect(ceilingOf([cut])).toBeUndefined()
  const never = stepOf(second, 40, 0, 0)
  expect(never).toMatchObject({ begun: false, played: false, completedPerSecond: 0 })
})

test('slots limit the number of concurrent wall-clock reports', () => {
  const settings = { report: { REPORT_WORKERS: 2, CONCURRENCY: 40, REPORT_CPU_SECONDS: 10 } }
  expect(expectedCeiling(4, { settings, choices: { report: { REPORT_BUDGET: 'cpu' } } })).toBe(0.2)
  expect(expectedCeiling(4, { settings, choices: { report: { REPORT_BUDGET: 'wall' } } })).toBe(4)
})
