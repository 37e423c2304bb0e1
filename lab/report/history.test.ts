import { expect, test } from 'vitest'
import { synthesizeMeasurement } from '../../tests/fixtures/synthetic-measurement.ts'
import { extendHistory, isComparable } from './history.ts'

const { measurement } = synthesizeMeasurement({ seed: 1 })

test('each measurement adds one line below one line of names', () => {
  const one = extendHistory('', measurement)
  const two = extendHistory(one, { ...measurement, startedAt: '2026-11-26T18:00:00.000Z' })
  const [names = '', first = '', second = '', end] = two.split('\r\n')
  expect(two.startsWith(one)).toBe(true)
  expect([first, second].map((line) => line.slice(0, 10))).toEqual(['2026-11-25', '2026-11-26'])
  expect(first.split(',')).toHaveLength(names.split(',').length)
  expect(end).toBe('')
})

test('a figure that was not measured is NaN, not empty', () => {
  const measured = measurement.measured.filter(({ load }) => load !== 'scenario-1')
  const [names = '', line = ''] = extendHistory('', { ...measurement, measured }).split('\r\n')
  expect(line.split(',')[names.split(',').indexOf('scenario_1_median_ms')]).toBe('NaN')
  expect(line).not.toContain(',,')
})

test('a history with other columns is refused', () => {
  expect(() => extendHistory('time,commit\r\n', measurement)).toThrow('other columns')
})

test.each([
  ['an interrupted one', { interrupted: 'interrupted by its user' }],
  ['one of few experiments', { only: ['baseline'] }],
  ['one with faults', { given: { FAULTS: '{}' } }],
])('%s does not belong in a series', (_what, changed) => {
  expect(isComparable(measurement)).toBe(true)
  expect(isComparable({ ...measurement, ...changed })).toBe(false)
})
