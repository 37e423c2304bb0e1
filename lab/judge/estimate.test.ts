import { expect, test } from 'vitest'
import { inStarts } from '../../tests/in-starts.ts'
import { estimateFigure } from './estimate.ts'
import { halfWidth, uncertaintyOf } from './mean-difference.ts'
import { spreadOf } from './spread.ts'

const numbers = (count: number) => Array.from({ length: count }, (_, index) => index + 1)

test('six runs have an interval, five have none', () => {
  expect(estimateFigure(inStarts(numbers(5), 3))).toEqual({ value: 3 })
  expect(estimateFigure(inStarts(numbers(6), 2)).interval).toBeDefined()
})

// Conover, Practical Nonparametric Statistics, table A3: ranks of binomial tails at 95 %. Those of
// the normal approximation are interpolated, so that they lie within a rank.
test.each([
  [10, 2, 9],
  [20, 6, 15],
  [40, 14, 27],
])('the median of %d runs lies between ranks %d and %d', (count, low, high) => {
  const { interval } = estimateFigure([numbers(count)])
  expect(Math.abs((interval?.low ?? 0) - low)).toBeLessThan(1)
  expect(Math.abs((interval?.high ?? 0) - high)).toBeLessThan(1)
})

const widthOf = (values: number[][], ratio: number) => {
  const { interval = { low: 0, high: 0 } } = estimateFigure(values, [ratio])
  return interval.high - interval.low
}

test('starts that differ widen the interval, and those of one run do not', () => {
  const [three, alone] = [inStarts(numbers(39), 13), inStarts(numbers(39), 1)]
  expect(widthOf(three, 0.25)).toBeGreaterThan(1.4 * widthOf(three, 0))
  expect(widthOf(alone, 0.25)).toBe(widthOf(alone, 0))
})

test('runs worth fewer than five reach beyond the lowest and the highest', () => {
  const apart = inStarts([1, 8, 2, 7, 4, 5], 2)
  expect(estimateFigure(apart, [0.25]).interval).toEqual({ low: 1, high: 8 })
  const { interval } = estimateFigure(apart, [1, 4])
  expect(interval?.low).toBeLessThan(1)
  expect(interval?.high).toBeGreaterThan(8)
})

// Six starts of one run each: 10.1167 ± 2.5706 * 0.23166 / √6, with the t of the tables.
test('the interval of the mean is that of Student for independent runs', () => {
  const spread = spreadOf([[9.8], [10.2], [10.4], [9.9], [10.3], [10.1]])
  const [small, large] = [[0], [50]].map((effect) => halfWidth(uncertaintyOf(spread, effect)))
  expect(small).toBeCloseTo(0.24311, 4)
  expect(large).toBeCloseTo(small ?? 0, 6)
})

test('one run far off moves neither the value nor the interval far', () => {
  const usual = inStarts(numbers(12), 4)
  const off = usual.map((start) => start.map((value) => (value === 12 ? 1e6 : value)))
  expect(estimateFigure(off)).toEqual(estimateFigure(usual))
})

test('runs that are all equal have an interval of no width', () => {
  const equal = { value: 5, interval: { low: 5, high: 5 } }
  expect(estimateFigure(inStarts([5, 5, 5, 5, 5, 5], 2), [0.5])).toEqual(equal)
})

test('ties and zeros have an interval', () => {
  const { value, interval } = estimateFigure(inStarts([0, 0, 0, 1, 1, 0, 0, 0, 2], 3))
  expect(value).toBe(0)
  expect(interval?.low).toBe(0)
  expect(interval?.high).toBeLessThanOrEqual(2)
})

test('runs without a value do not count', () => {
  const values = [[1, null, 2], [null], [3], [4, Number.NaN, 5, 6]]
  expect(estimateFigure(values)).toEqual(estimateFigure([[1, 2], [3], [4, 5, 6]]))
  expect(estimateFigure([[null]]).value).toBeNaN()
})
