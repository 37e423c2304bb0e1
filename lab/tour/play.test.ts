import { expect, test } from 'vitest'
import { overlapped } from './play.ts'

const sequential = new Map([
  ['db', 9],
  ['search', 4],
  ['cache', 6],
  ['analytics', 2],
  ['total', 22],
])

test('calls that take as long as their sum do not overlap', () => {
  expect(overlapped({ phases: sequential })).toBeUndefined()
  expect(overlapped({ phases: new Map(sequential).set('total', 19) })).toBe('the calls overlapped')
})

test('a wait for the event loop is no call', () => {
  expect(overlapped({ phases: new Map(sequential).set('loop', 9) })).toBeUndefined()
})
