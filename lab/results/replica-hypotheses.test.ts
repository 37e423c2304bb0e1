import { expect, test } from 'vitest'
import { judgeClaims } from './claims.ts'
import type { LoadMeasurement, LoadPrediction } from './measurement.ts'

const key = { experiment: 'replicas', condition: '4', load: 'scenario-2', scenario: 2 }
const prediction: LoadPrediction = { ...key, completedPerSecond: 80 }

const measured = (low: number, high: number) =>
  ({
    ...key,
    completedPerSecond: { value: (low + high) / 2, interval: { low, high } },
    runFigures: { completedPerSecond: [low, high] },
  }) as LoadMeasurement

const verdictOf = (low: number, high: number) =>
  judgeClaims([prediction], [measured(low, high)]).map(({ id, verdict }) => [id, verdict])

test('a ceiling within 10 % of the prediction confirms it', () => {
  expect(verdictOf(73, 80)).toEqual([['2-replicas-4', 'confirmed']])
})

test('a ceiling further below refutes it', () => {
  expect(verdictOf(60, 71)).toEqual([['2-replicas-4', 'refuted']])
})

test('an interval across the limit leaves it open', () => {
  expect(verdictOf(70, 80)).toEqual([['2-replicas-4', 'not resolved']])
})
