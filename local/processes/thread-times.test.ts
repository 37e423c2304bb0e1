import { expect, test } from 'vitest'
import { threadTimesOf } from './thread-times.ts'

test('reads the times of a thread in milliseconds', () => {
  expect(threadTimesOf('2500000 1250000 42\n')).toEqual({ cpuMs: 2.5, waitMs: 1.25 })
})

test('an ended thread has used nothing', () => {
  expect(threadTimesOf('')).toEqual({ cpuMs: 0, waitMs: 0 })
})
