import { expect, test } from 'vitest'
import { mixedQuantile, shareThatWaits, studyMix, weightedQuantile } from './study-mix.ts'

test('the share that waits crosses 5 % as clicks are added', () => {
  expect(shareThatWaits({ ...studyMix, clicksPerSecond: 50 })).toBeCloseTo(5.1667 / 65.1667, 4)
  expect(shareThatWaits(studyMix)).toBeCloseTo(5.1667 / 115.1667, 4)
})

test('a weighted quantile is where the weights reach the share', () => {
  const values = [
    { value: 3, weight: 1 },
    { value: 1, weight: 8 },
    { value: 2, weight: 1 },
  ]
  expect([0.5, 0.8, 0.85, 0.95].map((p) => weightedQuantile(values, p))).toEqual([1, 1, 2, 3])
})

test('how many samples a scenario has does not change the mix', () => {
  const few = new Map([
    [2, [2000]],
    [6, [1]],
  ])
  const many = new Map([
    [2, new Array(50).fill(2000)],
    [6, [1]],
  ])
  expect(mixedQuantile(many, studyMix, 0.95)).toBe(mixedQuantile(few, studyMix, 0.95))
})
