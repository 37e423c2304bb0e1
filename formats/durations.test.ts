import { expect, test } from 'vitest'
import { parseDuration, parseLength } from './durations.ts'

test('reads durations in the format of k6', () => {
  expect(['90s', '1m30s', '500ms', '1.5h'].map((text) => parseDuration('DURATION', text))).toEqual([
    90, 90, 0.5, 5400,
  ])
  expect(() => parseDuration('DURATION', '90')).toThrow(
    'DURATION must be a duration such as 90s or 2m, not "90"',
  )
})

test('a length is above 0', () => {
  expect(parseLength('--duration', '0.5s')).toBe(0.5)
  expect(() => parseLength('--duration', '0s')).toThrow(
    '--duration must be longer than 0, not "0s"',
  )
})
