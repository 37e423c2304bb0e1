import { expect, test } from 'vitest'
import { studentP } from './student.ts'

// Fisher and Yates, Statistical Tables, table III.
test.each([
  [12.706, 1, 0.05],
  [4.303, 2, 0.05],
  [2.571, 5, 0.05],
  [2.228, 10, 0.05],
  [2.021, 40, 0.05],
  [63.657, 1, 0.01],
  [3.169, 10, 0.01],
  [4.587, 10, 0.001],
])('t of %d with %d degrees of freedom has the p of the tables', (t, freedom, p) => {
  expect(studentP(t, freedom)).toBeCloseTo(p, 4)
  expect(studentP(-t, freedom)).toBeCloseTo(p, 4)
})

test('p is 1 at 0 and never below 0', () => {
  expect(studentP(0, 7)).toBe(1)
  expect(studentP(1e9, 40)).toBeGreaterThanOrEqual(0)
})
