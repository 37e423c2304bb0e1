import { expect, test } from 'vitest'
import { rejectByHolm } from './holm.ts'

// R: p.adjust(c(0.01, 0.04, 0.03, 0.005), 'holm') is 0.03, 0.06, 0.06, 0.02.
test('Holm rejects as R does', () => {
  expect(rejectByHolm([0.01, 0.04, 0.03, 0.005])).toEqual([true, false, false, true])
  expect(rejectByHolm([0.012, 0.02, 0.04, 0.01])).toEqual([true, true, true, true])
  expect(rejectByHolm([0.04, 0.04])).toEqual([false, false])
  expect(rejectByHolm([])).toEqual([])
})

test('nothing after the first kept hypothesis is rejected', () => {
  expect(rejectByHolm([0.03, 0.001, 0.026])).toEqual([false, true, false])
})
