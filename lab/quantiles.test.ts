import { expect, test } from 'vitest'
import { quantile, quantiles, samplesFor } from './quantiles.ts'

const numbers = (n: number) => Array.from({ length: n }, (_, index) => index + 1)

test('a quantile is interpolated as R does it', () => {
  expect(quantile([4, 1, 3, 2], 0.5)).toBe(2.5)
  expect(quantile(numbers(10), 0.95)).toBeCloseTo(9.55, 12)
})

test('several quantiles come from one sample, which stays unsorted', () => {
  const sample = [40, 100, 0, 20]
  expect(quantiles(sample, [0, 0.5, 1])).toEqual([0, 30, 100])
  expect(sample).toEqual([40, 100, 0, 20])
  expect(quantiles([], [0, 0.5])).toEqual([Number.NaN, Number.NaN])
})

test.each([
  [0.5, 5],
  [0.95, 59],
  [0.99, 299],
])('an upper bound of quantile %d needs %d samples', (p, samples) => {
  expect(samplesFor(p)).toBe(samples)
})
