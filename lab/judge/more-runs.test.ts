import { expect, test } from 'vitest'
import { inStarts } from '../../tests/in-starts.ts'
import { findDifferences, type TwoLabs } from './differences.ts'
import { moreToTell } from './more-runs.ts'

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
