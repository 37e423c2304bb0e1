import { expect, test } from 'vitest'
import { startsToFind } from './plan-starts.ts'

const plan = { change: 0.2, runSd: 0.15, ratio: 0, runsPerStart: 4 }

test('more runs a start, a larger change and quieter runs need fewer starts', () => {
  const starts = startsToFind(plan) ?? 0
  expect(startsToFind({ ...plan, runsPerStart: 8 })).toBeLessThan(starts)
  expect(startsToFind({ ...plan, change: 0.3 })).toBeLessThan(starts)
  expect(startsToFind({ ...plan, runSd: 0.1 })).toBeLessThan(starts)
})

test('starts that differ need more of them', () => {
  expect(startsToFind({ ...plan, ratio: 1 })).toBeGreaterThan(2 * (startsToFind(plan) ?? 0))
})

// Two-sided at 0.05 / 6 with 90 % power, known variance: (2.638 + 1.282)² · 2 · 0.15² / ln(1.2)².
test('equal starts need a little more than the textbook says', () => {
  const textbook = ((2.638 + 1.282) ** 2 * 2 * 0.15 ** 2) / Math.log(1.2) ** 2
  const runs = 4 * (startsToFind(plan) ?? 0)
  expect(runs).toBeGreaterThan(textbook)
  expect(runs).toBeLessThan(1.6 * textbook)
})

test('three starts and six runs are the fewest', () => {
  expect(startsToFind({ ...plan, runSd: 0 })).toBe(3)
  expect(startsToFind({ ...plan, runSd: 0, runsPerStart: 1 })).toBe(6)
})

test('a change that 1000 starts do not find has no plan', () => {
  expect(startsToFind({ ...plan, change: 0.0001 })).toBeUndefined()
})
