import { expect, test } from 'vitest'
import { inStarts } from '../../tests/in-starts.ts'
import { knownRuns } from './run-values.ts'
import { differenceOf, logSpreadOf, pairedDifferenceOf, spreadOf } from './spread.ts'

// Montgomery, Design and Analysis of Experiments, example 3.11: strength of fabric from four looms,
// which has the mean squares 29.73 and 1.90 and the components of variance 6.96 and 1.90.
const looms = [
  [98, 97, 99, 96],
  [91, 90, 93, 92],
  [96, 95, 97, 95],
  [95, 96, 99, 98],
]

test('the analysis of variance is that of a textbook', () => {
  const { between, within, betweenFreedom, withinFreedom, perStart } = spreadOf(looms)
  const [meanBetween, meanWithin] = [between / betweenFreedom, within / withinFreedom]
  expect([meanBetween, meanWithin].map((it) => it.toFixed(2))).toEqual(['29.73', '1.90'])
  expect((meanBetween - meanWithin) / perStart).toBeCloseTo(6.96, 2)
})

test('unequal starts count by their runs', () => {
  const { location, inverseRuns, inverseStarts, perStart } = spreadOf([[1, 2, 3], [6]])
  expect(location).toBe(3)
  expect([inverseRuns, inverseStarts]).toEqual([1 / 4, 10 / 16])
  // n0 of Searle, Casella and McCulloch: (4 - 10 / 4) / (2 - 1).
  expect(perStart).toBe(1.5)
})

test('equal runs have no spread in spite of rounding', () => {
  const runs = [[0.1 + 0.2, 0.3], [0.3]]
  expect(spreadOf(runs)).toMatchObject({ between: 0, within: 0 })
  expect(differenceOf(runs, [[0.3], [0.1 + 0.2]])).toMatchObject({ location: 0, within: 0 })
})

test('runs without a value are left out, and starts without runs', () => {
  expect(knownRuns([[1, null], [null], [Number.NaN, 2]])).toEqual([[1], [2]])
})

test('values without a logarithm have no spread of logarithms', () => {
  expect(logSpreadOf([[1, 0], [2]])).toBeUndefined()
  expect(logSpreadOf([[null]])).toBeUndefined()
})

/** The runs after minus those before, pair by pair. */
const differencesOf = (before: number[][], after: number[][]) =>
  before.map((start, index) => start.map((value, run) => (after[index]?.[run] ?? 0) - value))

test('runs in pairs lose what both have in common', () => {
  const before = inStarts([1, 2, 11, 12, 31, 32], 2)
  const after = before.map((start) => start.map((value) => value + 5))
  expect(differenceOf(before, after).within).toBe(3)
  expect(pairedDifferenceOf(differencesOf(before, after))).toMatchObject({
    ...{ location: 5, between: 0, within: 0 },
    ...{ betweenFreedom: 2, withinFreedom: 3 },
  })
})

test('pairs weigh runs and starts as groups apart do', () => {
  const starts = inStarts([1, 2, 3, 5], 2)
  const swapped = starts.map((start) => start.toReversed())
  const [apart, paired] = [
    differenceOf(starts, swapped),
    pairedDifferenceOf(differencesOf(starts, swapped)),
  ]
  expect(paired.inverseRuns).toBeCloseTo(apart.inverseRuns, 12)
  expect(paired.inverseStarts).toBeCloseTo(apart.inverseStarts, 12)
  expect(paired.perStart).toBeCloseTo(apart.perStart, 12)
})
