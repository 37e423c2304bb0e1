import { expect, test } from 'vitest'
import type { LoadPrediction } from '../load-figures.ts'
import type { Measurement } from '../measurement.ts'
import { formulasOf, settingFacts } from './provenance.ts'

test('experiments that share a setting stand together', () => {
  const settings = {
    baseline: { CONCURRENCY: 40, DB_POOL_MAX: 10 },
    capacity: { CONCURRENCY: 10, DB_POOL_MAX: 10 },
    together: { CONCURRENCY: 40, DB_POOL_MAX: 10 },
  }
  expect(settingFacts({ settings } as unknown as Measurement)).toEqual([
    ['CONCURRENCY', '40 (baseline, together) · 10 (capacity)'],
    ['DB_POOL_MAX', '10'],
  ])
})

const key = { experiment: 'capacity', condition: 'above', load: 'scenario-2', scenario: 2 }
const named = (...predictions: Partial<LoadPrediction>[]) =>
  formulasOf(predictions.map((each) => ({ ...key, ...each }))).map(({ name }) => name)

test.each([
  [{ medianMs: 500 }, ['sum of the times in turn']],
  [{ meanMs: 300 }, ['sum of the times in turn', 'response time law']],
  [
    { completedPerSecond: 50, refusedShare: 0.3 },
    [
      ...['sum of the times in turn', "Little's law", 'conservation of flow'],
      'discrete-event simulation',
    ],
  ],
])('only formulas that a prediction used are listed %#', (prediction, formulas) => {
  expect(named(prediction)).toEqual(formulas)
})

test('a measurement without predictions used no formula', () => {
  expect(named()).toEqual([])
})
