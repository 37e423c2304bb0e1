import { expect, test } from 'vitest'
import { inStarts } from '../../tests/in-starts.ts'
import { findDifferences, type TwoLabs } from './differences.ts'
import { moreToTell, startsToTell } from './more-runs.ts'

const moreOf = (load: TwoLabs) => {
  const [difference] = findDifferences([load])
  if (!difference || typeof difference === 'string') throw new Error(difference)
  return moreToTell(difference, 0.05 / 6)
}

const equalStarts = inStarts([90, 100, 110, 91, 100, 109, 90, 101, 109], 3)
const apart = inStarts([90, 91, 90, 100, 101, 100, 110, 111, 110], 3)

test('runs of equal starts ask for more runs', () => {
  expect(moreOf({ before: equalStarts, after: equalStarts })).toMatch(
    /^about \d+ more runs a side$/,
  )
})

test('starts that differ ask for more starts', () => {
  expect(moreOf({ before: apart, after: apart })).toMatch(/^about \d+ more starts a side$/)
})

test('the nearer the verdict, the fewer runs it takes', () => {
  const after = (factor: number) => equalStarts.map((start) => start.map((value) => value * factor))
  const runs = [1.03, 1.08, 1.12].map((factor) =>
    Number(/\d+/.exec(moreOf({ before: equalStarts, after: after(factor) }))?.[0]),
  )
  expect(runs).toEqual([...runs].sort((a, b) => b - a))
  expect(runs[2]).toBeGreaterThan(0)
})

// An interval of ± 10 around 100 shrinks to ± 5 with four times as many starts.
test.each([
  [{ atLeast: 95, atMost: 120 }, 'about 9 more starts would tell'],
  [{ atMost: 95 }, 'about 9 more starts would tell'],
  [{ atLeast: 91 }, 'about 1 more start would tell'],
  [{ atMost: 100.1 }, '100 more starts would not tell'],
  [{ atMost: 100 }, '100 more starts would not tell'],
])('a range %# names the starts that would tell', (allowed, text) => {
  const open = { value: 100, interval: { low: 90, high: 110 }, starts: 3 }
  expect(startsToTell({ ...open, allowed })).toBe(text)
})

test('the farther end of an uneven interval decides', () => {
  const open = { value: 100, interval: { low: 98, high: 120 }, starts: 3 }
  expect(startsToTell({ ...open, allowed: { atLeast: 99, atMost: 110 } })).toBe(
    'about 9 more starts would tell',
  )
})
