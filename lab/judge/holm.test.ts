import { expect, test } from 'vitest'
import { rejectByHolm } from './holm.ts'

test.each([
  // R: p.adjust(c(0.01, 0.04, 0.03, 0.005), 'holm') is 0.03, 0.06, 0.06, 0.02.
  [
    [0.01, 0.04, 0.03, 0.005],
    [true, false, false, true],
  ],
  [
    [0.012, 0.02, 0.04, 0.01],
    [true, true, true, true],
  ],
  [
    [0.04, 0.04],
    [false, false],
  ],
  [[], []],
])('of %j, Holm rejects %j', (ps, rejected) => {
  expect(rejectByHolm(ps)).toEqual(rejected)
})

test('nothing after the first kept hypothesis is rejected', () => {
  expect(rejectByHolm([0.03, 0.001, 0.026])).toEqual([false, true, false])
})
