import { expect, test } from 'vitest'
import { secondsOf } from './prefer-wait.ts'

test.each([
  [undefined, 0],
  ['', 0],
  ['wait=10', 10],
  ['Wait = "5"', 5],
  ['respond-async, wait=7; strict, return=minimal', 7],
  ['wait=99999', 30],
  ['wait=ten', 0],
  ['wait=1.5', 0],
  ['wait=-1', 0],
  ['await=10', 0],
  ['x="wait=10"', 0],
])('the preference %j waits %i s', (prefer, seconds) => {
  expect(secondsOf(prefer)).toBe(seconds)
})
