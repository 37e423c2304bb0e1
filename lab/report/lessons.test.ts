import { expect, test } from 'vitest'
import type { Measurement } from '../measurement.ts'
import { lessonsOf } from './lessons.ts'

const load = (experiment: string, name: string, figures: Record<string, number>) => ({
  experiment,
  load: name,
  figures: Object.fromEntries(
    Object.entries(figures).map(([figure, value]) => [figure, { value }]),
  ),
})

const measurement = {
  settings: { capacity: { PAYMENT_DELAY_MS: 200 } },
  measured: [
    load('capacity', 'scenario-2-even-80', { queueP95Ms: 0.1 }),
    load('capacity', 'scenario-2-poisson-80', { queueP95Ms: 71.6 }),
    load('capacity', 'scenario-2-even-150', { refusedShare: 0.334, medianMs: 401 }),
    load('baseline', 'scenario-3', { medianMs: 2.4 }),
    load('baseline', 'scenario-6', { medianMs: 0.3 }),
  ],
} as unknown as Measurement

test('three sentences say what was learned, with the measured figures', () => {
  const [wait, refusal, hop] = lessonsOf(measurement).map((it) => it.replaceAll('\u00a0', ' '))
  expect(wait).toContain('one payment in twenty waits 71.6 ms or longer')
  expect(wait).toContain('and 0.1 ms if they come at even distances')
  expect(refusal).toContain('33.4 % of the payments are refused')
  expect(refusal).toContain('the others take 401 ms instead of 200 ms')
  expect(hop).toContain('waits for 3 calls and a query in turn, takes 2.4 ms, 8 times as long')
})

test('a sentence whose load was not measured is left out', () => {
  const baseline = measurement.measured.filter(({ experiment }) => experiment === 'baseline')
  expect(lessonsOf({ ...measurement, measured: baseline })).toHaveLength(1)
  expect(lessonsOf({ ...measurement, measured: [] })).toEqual([])
})

test('a load in which nothing was served teaches nothing', () => {
  const measured = measurement.measured.map((each) => ({
    ...each,
    // As JSON has it.
    figures: Object.fromEntries(Object.keys(each.figures).map((name) => [name, { value: null }])),
  }))
  expect(lessonsOf({ ...measurement, measured } as unknown as Measurement)).toEqual([])
})
