import { expect, test } from 'vitest'
import { countDue, dueTimeOf, type OpenLoad } from './load-plan.ts'

const load = (perSecond: number, seconds: number): OpenLoad => ({
  ...{ name: 'even', scenario: 6, startSeconds: 0, seconds, maxUsers: 1 },
  ...{ arrivals: 'even', perSecond },
})

test.each([
  [30, 0.1, 3],
  [10, 0.25, 3],
  [33.33, 3, 100],
  [100, 2.2, 220],
])('%s per second for %s s are %i requests', (perSecond, seconds, count) => {
  const even = load(perSecond, seconds)
  expect(countDue(even)).toBe(count)
  expect(dueTimeOf(even, count - 1)).toBeLessThan(seconds * 1000)
  expect(dueTimeOf(even, count)).toBeGreaterThan(seconds * 1000 - 0.001)
})

test('Poisson arrivals are due when they were drawn', () => {
  const { perSecond: _, ...rest } = load(1, 1) as OpenLoad & { perSecond: number }
  const poisson: OpenLoad = { ...rest, arrivals: 'poisson', dueMs: [3.5, 410] }
  expect(countDue(poisson)).toBe(2)
  expect(dueTimeOf(poisson, 1)).toBe(410)
})
