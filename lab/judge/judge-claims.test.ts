import { expect, test } from 'vitest'
import { inStarts } from '../../tests/in-starts.ts'
import { experimentsOf, experimentsOn } from '../experiments/profiles.ts'
import type { Figure, LoadKey, LoadMeasurement, LoadPrediction } from '../load-figures.ts'
import { withDefaults } from '../predict/lab-settings.ts'
import { estimateFigure } from './estimate.ts'
import { describeClaims, judgeClaims } from './judge-claims.ts'
import { figures } from './units.ts'

const keyOf = (experiment: string, condition: string, load: string): LoadKey => ({
  ...{ experiment, condition, load },
  scenario: Number(/scenario-(\d)/.exec(load)?.[1]),
})

/** A load with three starts of three runs, whose figures are these. */
function measured(key: LoadKey, runs: Partial<Record<Figure, number[]>>): LoadMeasurement {
  const valuesOf = (figure: Figure) => inStarts(runs[figure] ?? [], 3)
  const runFigures = figures.map((name) => [name, valuesOf(name)])
  const estimates = figures.map((name) => [name, estimateFigure(valuesOf(name))])
  return {
    ...key,
    ...{ arrivals: 'closed', seconds: 1, runs: 9, starts: 3, startRatios: [0] },
    ...{ samples: 1000, excluded: [], failures: {} },
    figures: Object.fromEntries(estimates) as LoadMeasurement['figures'],
    runFigures: Object.fromEntries(runFigures) as LoadMeasurement['runFigures'],
  }
}

const nine = (value: number, step = 0) => Array.from({ length: 9 }, (_, n) => value + n * step)
const alone = (scenario: number, medianMs: number[]) =>
  measured(keyOf('baseline', 'alone', `scenario-${scenario}`), { medianMs })

const experiments = experimentsOf('quick', { cores: 2 })
const predictions: LoadPrediction[] = [
  { ...keyOf('baseline', 'alone', 'scenario-3'), medianMs: 2 },
  { ...keyOf('baseline', 'alone', 'scenario-6'), medianMs: 0.4 },
  { ...keyOf('capacity', 'above', 'scenario-2-even-150'), refusedShare: 1 / 3 },
]

const judge = (...loads: LoadMeasurement[]) =>
  judgeClaims({ experiments, predictions, measured: loads })
const claimOf = (id: string, ...loads: LoadMeasurement[]) =>
  judge(...loads).find((claim) => claim.id === id)

test('a slow e-mail refutes the claim about registrations alone', () => {
  const judged = judge(alone(1, nine(905)), alone(2, nine(2004)))
  const verdicts = Object.fromEntries(judged.map(({ id, verdict }) => [id, verdict]))
  expect(verdicts).toMatchObject({ '1-latency': 'refuted', '2-latency': 'confirmed' })
})

test('a click that costs half of its prediction is refuted', () => {
  expect(claimOf('6-latency', alone(6, nine(0.2)))?.verdict).toBe('refuted')
})

test('a fifth above the sum of its hops refutes an update', () => {
  expect(claimOf('3-sum', alone(3, nine(2.4)))?.verdict).toBe('refuted')
  expect(claimOf('3-sum', alone(3, nine(2.1, 0.01)))?.verdict).toBe('confirmed')
})

test('a refused share must be the predicted one', () => {
  const key = keyOf('capacity', 'above', 'scenario-2-even-150')
  const verdictOf = (share: number) =>
    claimOf('2-exhaustion', measured(key, { refusedShare: nine(share) }))?.verdict
  expect([0.333, 0.364, 0.02].map(verdictOf)).toEqual(['confirmed', 'refuted', 'refuted'])
})

test('an increment is judged run by run', () => {
  const slower = measured(keyOf('fan-out', 'search-plus-100', 'scenario-3'), {
    medianMs: nine(103, 2),
  })
  const plain = measured(keyOf('fan-out', 'search-plus-0', 'scenario-3'), { medianMs: nine(3, 2) })
  const claim = claimOf('3-slower-hop', slower, plain)
  expect([claim?.verdict, claim?.measured.value, claim?.runs]).toEqual([
    'confirmed',
    100,
    nine(100),
  ])
})

test('clicks degrade if each run says so', () => {
  const at = (rate: number, p95Ms: number[]) =>
    measured(keyOf('capacity', 'clicks', `scenario-6-even-${rate}`), { p95Ms })
  expect(claimOf('6-degrades', at(1000, nine(3)), at(100, nine(1)))?.verdict).toBe('confirmed')
  expect(claimOf('6-degrades', at(1000, nine(1.5)), at(100, nine(1)))?.verdict).toBe('refuted')
})

test('one saga that ends otherwise refutes that it always compensates', () => {
  const failing = { ...alone(5, nine(5)), failures: { not_compensated: 1 } }
  expect(claimOf('5-compensates', failing)?.verdict).toBe('refuted')
  expect(claimOf('5-compensates', alone(5, nine(5)))?.verdict).toBe('confirmed')
})

test('few sagas say nothing about always', () => {
  const few = { ...alone(5, nine(5)), samples: 120 }
  expect(claimOf('5-compensates', few)).toMatchObject({
    verdict: 'not measured',
    reason: '120 of the 300 requests that it needs were made',
  })
})

test('a load without a designed answer is not measured, with its reason', () => {
  const none = { ...alone(1, []), samples: 12, failures: { too_fast: 12 } }
  expect(claimOf('1-latency', none)).toMatchObject({
    verdict: 'not measured',
    reason: 'none of 12 requests went as designed: 12 too_fast',
  })
})

test('five runs leave a claim open, with the reason', () => {
  expect(claimOf('1-latency', alone(1, [500, 501, 502, 503, 504]))).toMatchObject({
    verdict: 'open',
    reason: '5 runs are too few for an interval',
  })
})

test('an interval that is too wide says how many starts would tell', () => {
  expect(claimOf('1-latency', alone(1, nine(490, 6)))?.reason).toBe(
    'the interval reaches beyond the range: about 5 more starts would tell',
  )
})

test('the range of a claim is known before the measurement', () => {
  expect(describeClaims({ experiments, predictions })).toMatchObject({
    '1-latency': 'A registration costs about the e-mail delay. 500 ms ± 5 %',
    '6-latency': 'A click costs one hop. 0.4 ms ± 15 %',
  })
})

const replicated = keyOf('replicas', '4', 'scenario-2')

test.each([
  ['confirmed', 73, 80],
  ['refuted', 60, 71],
  ['open', 70, 80],
])('a ceiling of replicas is %s from %d to %d of 80', (verdict, low, high) => {
  const rates = Array.from({ length: 9 }, (_, n) => low + ((high - low) * n) / 8)
  const judged = judgeClaims({
    experiments: experimentsOn('quick', withDefaults({})),
    predictions: [{ ...replicated, completedPerSecond: 80 }],
    measured: [measured(replicated, { completedPerSecond: rates })],
  })
  expect(judged.find(({ id }) => id === '2-replicas-4')?.verdict).toBe(verdict)
})
