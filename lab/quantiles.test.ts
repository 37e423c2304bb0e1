import { expect, test } from 'vitest'
import { quantile, quantileInterval, samplesFor } from './quantiles.ts'

const numbers = (n: number) => Array.from({ length: n }, (_, index) => index + 1)

test('a quantile is interpolated as R does it', () => {
  expect(quantile([4, 1, 3, 2], 0.5)).toBe(2.5)
  expect(quantile(numbers(10), 0.95)).toBeCloseTo(9.55, 12)
})

test.each([
  [0.5, 5],
  [0.95, 59],
  [0.99, 299],
])('an upper bound of quantile %d needs %d samples', (p, samples) => {
  expect(samplesFor(p)).toBe(samples)
})

test('a median of five runs has no interval', () => {
  expect(quantileInterval(numbers(5), 0.5)).toBeUndefined()
  expect(quantileInterval(numbers(6), 0.5)).toEqual({ low: 1, high: 6 })
})

// Conover, Practical Nonparametric Statistics, table A3: ranks of binomial tails at 95 %.
test.each([
  [10, 2, 9],
  [20, 6, 15],
  [100, 40, 61],
])('the median of %d samples lies between ranks %d and %d', (n, low, high) => {
  expect(quantileInterval(numbers(n), 0.5)).toEqual({ low, high })
})

test('a p99 of too few samples has no interval', () => {
  expect(quantileInterval(numbers(298), 0.99)).toBeUndefined()
  expect(quantileInterval(numbers(2000), 0.99)).toMatchObject({ low: expect.any(Number) })
})
