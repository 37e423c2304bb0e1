import { expect, test } from 'vitest'
import { ratiosOf, spreadOf } from './statistics.ts'

test('the median lies between the two middle values', () => {
  expect(spreadOf([4, 1, 3, 10])).toEqual({ median: 3.5, least: 1, most: 10 })
})

test('the median of odd rounds is one of them', () => {
  expect(spreadOf([9, 2, 5])).toEqual({ median: 5, least: 2, most: 9 })
})

test('no rounds have no spread', () => {
  expect(() => spreadOf([])).toThrow('There is no round')
})

test('a ratio compares the values of the same round', () => {
  expect(ratiosOf([10, 30], [20, 20])).toEqual([0.5, 1.5])
})
