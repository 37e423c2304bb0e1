import { expect, test } from 'vitest'
import { distanceP, largestDistance } from './kolmogorov-smirnov.ts'

test('samples that do not overlap are at distance 1', () => {
  expect(largestDistance([1, 2, 3], [4, 5])).toBe(1)
})

test('ties count for both samples at once', () => {
  expect(largestDistance([1, 2, 2, 3], [2, 2, 2, 2])).toBe(0.25)
})

// Smirnov (1948): the 90, 95 and 99 % points of the limit.
test.each([
  [1.22385, 0.1],
  [1.3581, 0.05],
  [1.62762, 0.01],
])('the limit at %d has probability %d', (lambda, p) => {
  expect(distanceP(lambda / Math.sqrt(500), 1000, 1000)).toBeCloseTo(p, 5)
})

test('no distance has probability 1', () => {
  expect(distanceP(0, 100, 100)).toBe(1)
})
