import { expect, test } from 'vitest'
import { objectionsTo, objectionToRun } from './gate.ts'

test('a load generator with time to spare has no objections', () => {
  expect(objectionsTo({ dropped: 0, p95Ms: 1.2, waitShare: 0.05 })).toEqual([])
})

test('each reason for distrust is named', () => {
  expect(objectionsTo({ dropped: 3, p95Ms: 41, waitShare: 0.7 })).toEqual([
    'it dropped 3 of the requests that were due',
    'it waited for a core 70 % of the time that it could have run',
    'a server that answers at once seemed to take 41.0 ms (95th percentile)',
  ])
})

test('a system without scheduler figures is judged by the rest', () => {
  expect(objectionsTo({ dropped: 0, p95Ms: 1.2 })).toEqual([])
})

test('a run in which the loads want every core is judged by a limit of its own', () => {
  const report = { dropped: 0, waitShare: 0.7 }
  expect(objectionToRun(report)).toBe(
    'k6 waited for a core 70 % of the time that it could have run',
  )
  expect(objectionToRun(report, 0.75)).toBeUndefined()
})
