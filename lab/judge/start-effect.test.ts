import { median } from 'simple-statistics'
import { expect, test } from 'vitest'
import { inStarts } from '../../tests/in-starts.ts'
import { type Spread, spreadOf } from './spread.ts'
import { designEffect, noEffect, startEffects } from './start-effect.ts'

/** Three starts of four runs, whose mean squares are as expected if this is their ratio. */
const expected = (ratio: number): Spread => ({
  location: 0,
  inverseRuns: 1 / 12,
  inverseStarts: 1 / 3,
  between: 2 * (1 + 4 * ratio),
  within: 9,
  betweenFreedom: 2,
  withinFreedom: 9,
  perStart: 4,
})

const loads = (ratio: number, count: number) => Array.from({ length: count }, () => expected(ratio))
const middleOf = (ratios: readonly number[] = []) => median([...ratios])

test.each([0.25, 1, 4])('many loads together tell the ratio %d of their starts', (ratio) => {
  // Likely ratios are steps of 8 % of `1 + 4 * ratio`.
  const found = middleOf(startEffects(loads(ratio, 200))[0])
  expect(Math.abs(Math.log((1 + 4 * found) / (1 + 4 * ratio)))).toBeLessThan(0.08)
})

test('many loads with equal starts have a ratio near 0', () => {
  expect(middleOf(startEffects(loads(0, 200))[0])).toBeLessThan(0.03)
})

test('few loads leave larger ratios possible than many', () => {
  const largest = (count: number) => startEffects(loads(0, count))[0]?.at(-1) ?? 0
  expect(largest(2)).toBeGreaterThan(2 * largest(20))
})

test('loads without a spread say nothing of starts', () => {
  const constant = spreadOf(inStarts([5, 5, 5, 5], 2))
  expect(startEffects([constant, undefined])).toEqual([noEffect, noEffect])
  expect(startEffects([])).toEqual([])
  const [, beside] = startEffects([constant, expected(1)])
  expect([beside]).toEqual(startEffects([expected(1)]))
})

test('a load whose starts differ far more does so alone', () => {
  const effects = startEffects([expected(50), ...loads(0, 5)])
  const [own = 0, ...others] = effects.map(middleOf)
  expect(own).toBeGreaterThan(10)
  expect(Math.max(...others)).toBeLessThan(0.5)
})

test('starts that differ while their runs are equal have the largest ratio', () => {
  const apart = spreadOf(inStarts([1, 1, 2, 2, 3, 3], 2))
  expect(middleOf(startEffects([apart])[0])).toBeGreaterThan(50)
})

test('one start, or one run a start, has no effect of starts', () => {
  expect(startEffects([spreadOf([[1, 2, 3, 4, 5, 6]])])).toEqual([noEffect])
  expect(startEffects([spreadOf([[1], [2], [4]])])).toEqual([noEffect])
})

test('starts widen a median as the correlation of signs does', () => {
  // Sheppard (1899): of two normal numbers with correlation 1/2, two thirds agree in sign.
  expect(designEffect([1], 2)).toBeCloseTo(1 + 1 / 3, 12)
  expect(designEffect([1], 1)).toBe(1)
  expect(designEffect([1e9], 7)).toBeCloseTo(7, 3)
})
