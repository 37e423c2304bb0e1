import { expect, test } from 'vitest'
import { quantile, samplesFor } from './quantiles.ts'

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
