import { expect, test } from 'vitest'
import { inStarts } from '../../tests/in-starts.ts'
import type { LoadMeasurement, LoadPrediction } from '../load-figures.ts'
import { findErrors, summarizeErrors } from './prediction-errors.ts'

const key = { experiment: 'capacity', condition: 'below', load: 'scenario-2', scenario: 2 }

const measuring = (figures: Partial<LoadMeasurement['runFigures']>) =>
  ({ ...key, runFigures: { ...none, ...figures } }) as LoadMeasurement

const none = { medianMs: [], meanMs: [], queueP95Ms: [], completedPerSecond: [], refusedShare: [] }
const rows = (values: number[]) => inStarts(values, 2)

test('an error is a share of the prediction, with an interval', () => {
  const load = measuring({ medianMs: rows([108, 109, 110, 110, 111, 112]) })
  const [found] = findErrors([{ ...key, medianMs: 100 }], [load])
  expect(found?.error?.value).toBeCloseTo(0.1, 9)
  expect(found?.error?.interval?.low).toBeCloseTo(0.081, 3)
  expect(found?.difference).toBeUndefined()
})

// Start times of their own make runs differ by much more than the prediction misses each.
test('random start times are compared run by run', () => {
  const byRun = [40, 90, 60, 130, 20, 70]
  const load = measuring({ queueP95Ms: rows(byRun.map((ms) => ms + 2)) })
  const prediction: LoadPrediction = { ...key, queueP95Ms: 65, byRun: { queueP95Ms: byRun } }
  const [found] = findErrors([prediction], [load])
  expect(found?.difference).toEqual({ value: 2, interval: { low: 2, high: 2 } })
  expect(found?.error?.value).toBeCloseTo(2 / 65, 9)
})

test('a prediction of nothing has a difference and no share', () => {
  const load = measuring({ queueP95Ms: rows([1, 1, 1, 1, 1, 1]) })
  const [found] = findErrors([{ ...key, queueP95Ms: 0 }], [load])
  expect([found?.measured.value, found?.error]).toEqual([1, undefined])
})

test('the worst of all errors is named', () => {
  const loads = [
    measuring({ medianMs: rows([101, 101, 101, 101, 101, 101]) }),
    { ...measuring({ medianMs: rows([80, 80, 80, 80, 80, 80]) }), load: 'scenario-4' },
  ]
  const predictions = loads.map(({ load }) => ({ ...key, load, medianMs: 100 }))
  const summary = summarizeErrors(findErrors(predictions, loads))
  expect(summary?.worst).toMatchObject({ load: 'scenario-4' })
  expect([summary?.count, summary?.worst.size]).toEqual([2, expect.closeTo(0.2, 9)])
  expect(summary?.median).toBeCloseTo(0.105, 9)
})
