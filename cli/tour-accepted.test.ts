import { expect, test } from 'vitest'
import { scenarioOf, scenarios } from '../model/scenarios.ts'
import { printAccepted } from './tour-accepted.ts'

const result = {
  status: 202,
  leastMs: 0,
  acceptedMs: 6.25,
  times: { completedMs: 2033.4, consistentMs: 10_051.2 },
  verdict: 'as expected, but slow',
  asExpected: true,
}

test.each(scenarios)('scenario $number has three times in 100 columns', (scenario) => {
  const row = printAccepted(scenario, result)
  expect(row).toMatch(/ 202 6\.3 ms +2033 ms +10051 ms +as expected, but slow$/)
  expect(row.length).toBeLessThanOrEqual(100)
})

test('a scenario that is not done has no times', () => {
  const undone = { ...result, times: undefined, verdict: 'not done: click_tracked_queue' }
  const click = scenarioOf(6)
  expect(printAccepted(click, undone)).toMatch(/ms +– +– +not done: click_tracked_queue$/)
})
