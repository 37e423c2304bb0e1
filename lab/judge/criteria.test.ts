import { expect, test } from 'vitest'
import { around, judgeInterval } from './criteria.ts'

const about500 = around(500, 0.05)

test.each([
  ['confirmed', { low: 498, high: 507 }],
  ['refuted', { low: 890, high: 910 }],
  ['open', { low: 510, high: 540 }],
  ['open', undefined],
] as const)('a claim is %s by its interval', (verdict, interval) => {
  expect(judgeInterval(about500, interval)).toBe(verdict)
})

test('the allowed error is a share of the value, however small', () => {
  expect(around(0.4, 0.05)).toEqual({ atLeast: 0.38, atMost: 0.42000000000000004 })
  expect(around(2000, 0.05)).toEqual({ atLeast: 1900, atMost: 2100 })
})

test('an open end allows everything beyond', () => {
  expect(judgeInterval({ atLeast: 500 }, { low: 600, high: 9000 })).toBe('confirmed')
})
