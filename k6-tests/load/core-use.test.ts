import { expect, test } from 'vitest'
import { readMetrics } from '../../formats/metrics-text.ts'
import { coreTimesIn, coreUseBetween } from './core-use.ts'

const text = `process_start_time_seconds 1700000000
process_cpu_seconds_total 12.5
process_core_wait_seconds_total 0.75
`
const times = { startedAt: 1_700_000_000, onCore: 12.5, waited: 0.75 }

test('the times of a service are in its metrics, if its system shows them', () => {
  expect(coreTimesIn(readMetrics(text))).toEqual(times)
  expect(coreTimesIn(readMetrics(text.replace(/^process_core.*\n/m, '')))).toBeUndefined()
})

test('the use of cores during a load is a difference', () => {
  const after = { ...times, onCore: 15, waited: 1 }
  expect(coreUseBetween(times, after)).toEqual({ onCore: 2.5, waited: 0.25 })
})

test('the use of another process is no difference', () => {
  expect(coreUseBetween(times, { ...times, startedAt: 1_700_000_001 })).toBeUndefined()
  expect(coreUseBetween(undefined, times)).toBeUndefined()
  expect(coreUseBetween(times, undefined)).toBeUndefined()
})
