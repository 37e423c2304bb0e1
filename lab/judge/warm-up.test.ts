import { expect, test } from 'vitest'
import { warmUpLength } from './warm-up.ts'

const steady = Array.from({ length: 200 }, (_, n) => 10 + (n % 3))

test('a slow start is cut', () => {
  const cold = Array.from({ length: 20 }, (_, n) => 200 - 9 * n)
  expect(warmUpLength([...cold, ...steady])).toBe(20)
})

test('a series at one level keeps almost all', () => {
  expect(warmUpLength(steady.map(() => 10))).toBe(0)
})

test('never more than half is cut', () => {
  const rising = Array.from({ length: 100 }, (_, n) => n)
  expect(warmUpLength(rising)).toBeLessThanOrEqual(50)
})
