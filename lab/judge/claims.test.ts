import { expect, test } from 'vitest'
import type { LoadMeasurement, LoadPrediction } from '../measurement.ts'
import { judgeClaims } from './claims.ts'

const key = (scenario: number) => ({
  experiment: 'baseline',
  condition: 'alone',
  load: `scenario-${scenario}`,
  scenario,
})

const exact = (value: number) => ({ value, interval: { low: value, high: value } })

const measured = (scenario: number, medianMs: number): LoadMeasurement => ({
  ...key(scenario),
  arrivals: 'closed',
  samples: 100,
  medianMs: exact(medianMs),
  meanMs: exact(medianMs),
  p95Ms: exact(medianMs),
  queueP95Ms: exact(0),
  completedPerSecond: exact(1),
  refusedShare: exact(0),
  runMedians: [medianMs],
  runFigures: { meanMs: [medianMs], queueP95Ms: [0], completedPerSecond: [1], refusedShare: [0] },
  failures: {},
})

const predictions: LoadPrediction[] = [1, 2, 5].map((scenario) => ({
  ...key(scenario),
  medianMs: { 1: 504, 2: 2001, 5: 10 }[scenario] ?? 0,
}))

const verdicts = (...all: LoadMeasurement[]) =>
  Object.fromEntries(judgeClaims(predictions, all).map(({ id, verdict }) => [id, verdict]))

test('a slow e-mail refutes the claim about registrations alone', () => {
  expect(verdicts(measured(1, 905), measured(2, 2004), measured(5, 12))).toEqual({
    '1-latency': 'refuted',
    '2-latency': 'confirmed',
    '5-latency': 'confirmed',
    '5-compensates': 'confirmed',
  })
})

test('one saga that ends otherwise refutes that it always compensates', () => {
  const failing = { ...measured(5, 12), failures: { not_compensated: 1 } }
  expect(verdicts(failing)).toMatchObject({ '5-compensates': 'refuted' })
})

test('claims about what was not measured are left out', () => {
  expect(verdicts(measured(2, 2001))).toEqual({ '2-latency': 'confirmed' })
})

const replicated = { experiment: 'replicas', condition: '4', load: 'scenario-2', scenario: 2 }
const ceiling: LoadPrediction = { ...replicated, completedPerSecond: 80 }

const ceilingOf = (low: number, high: number) =>
  ({
    ...replicated,
    completedPerSecond: { value: (low + high) / 2, interval: { low, high } },
    runFigures: { completedPerSecond: [low, high] },
  }) as LoadMeasurement

const verdictOf = (low: number, high: number) =>
  judgeClaims([ceiling], [ceilingOf(low, high)]).map(({ id, verdict }) => [id, verdict])

test('a ceiling within 10 % of the prediction confirms it', () => {
  expect(verdictOf(73, 80)).toEqual([['2-replicas-4', 'confirmed']])
})

test('a ceiling further below refutes it', () => {
  expect(verdictOf(60, 71)).toEqual([['2-replicas-4', 'refuted']])
})

test('an interval across the limit leaves it open', () => {
  expect(verdictOf(70, 80)).toEqual([['2-replicas-4', 'not resolved']])
})
