import { expect, test } from 'vitest'
import { around, judgeInterval } from './criteria.ts'

const about500 = around(500, { share: 0.05, amount: 5 })

test.each([
  ['confirmed', { low: 498, high: 507 }],
  ['refuted', { low: 890, high: 910 }],
  ['not resolved', { low: 510, high: 540 }],
  ['not resolved', undefined],
] as const)('a claim is %s by its interval', (verdict, interval) => {
  expect(judgeInterval(about500, interval)).toBe(verdict)
})

test('the allowed error is the larger one of share and amount', () => {
  expect(around(10, { share: 0.05, amount: 5 })).toEqual({ atLeast: 5, atMost: 15 })
  expect(around(2000, { share: 0.05, amount: 5 })).toEqual({ atLeast: 1900, atMost: 2100 })
})

test('an open end allows everything beyond', () => {
  expect(judgeInterval({ atLeast: 500 }, { low: 600, high: 9000 })).toBe('confirmed')
})
