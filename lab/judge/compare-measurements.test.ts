import { expect, test } from 'vitest'
import { createDraw } from '../../formats/random.ts'
import { experimentsOf } from '../experiments/profiles.ts'
import type { Measurement, RunResult } from '../measurement.ts'
import {
  compareMeasurements,
  type LoadComparison,
  type Measured,
  verdictOf,
} from './compare-measurements.ts'

const experiments = experimentsOf('quick', { cores: 2 })
const measurement = { gate: { noise: 0.05 } } as Measurement

/** Six runs of scenario 3, whose `search` takes so many milliseconds. */
function measuredWith(searchMs: number, seed: number): Measured {
  const draw = createDraw({ seed })
  const runs = Array.from({ length: 6 }, (_, repeat): RunResult => {
    const samples = Array.from({ length: 40 }, (_, n) => {
      const noiseMs = draw(1000) / 1000
      const phases = { total: 9 + searchMs, db: 2 + noiseMs, search: searchMs, cache: 2 }
      const times = { dueMs: n * 10, lateMs: 0, latencyMs: 10 + searchMs + noiseMs }
      return { id: `${n}`, load: 'scenario-3', ...times, phases, outcome: 'ok' }
    })
    return {
      id: `baseline-alone-${repeat + 1}`,
      experiment: 'baseline',
      condition: 'alone',
      repeat,
      startedAt: '',
      samples,
      generator: { dropped: 0 },
      resources: [],
    }
  })
  return { measurement, runs }
}

test('two measurements of one lab do not differ', () => {
  const { verdict } = compareMeasurements(measuredWith(2, 1), measuredWith(2, 2), experiments)
  expect(verdict).toBe('No difference.')
})

test('a slower hop is named with its scenario', () => {
  const { verdict, loads } = compareMeasurements(
    measuredWith(2, 1),
    measuredWith(7, 2),
    experiments,
  )
  expect(verdict).toMatch(/^Scenario 3 is slower: .*, most of it in search \(\+5.0 ms\)\.$/)
  expect(loads).toHaveLength(1)
})

test('measurements without a common baseline are refused', () => {
  const empty = { measurement, runs: [] }
  expect(() => compareMeasurements(empty, empty, experiments)).toThrow('no baseline in common')
})

const load = (
  scenario: number,
  verdict: LoadComparison['verdict'],
  phase?: LoadComparison['phase'],
) => ({ scenario, verdict, reason: 'the reason', phase }) as LoadComparison

test.each([
  [[load(1, 'no difference')], 'No difference.'],
  [[load(1, 'no difference'), load(2, 'not resolved')], 'No difference. Not resolved: scenario 2.'],
  [
    [load(3, 'slower', { name: 'search', changeMs: 1 })],
    'Scenario 3 is slower: the reason, most of it in search (+1.0 ms).',
  ],
  [
    [load(3, 'slower'), load(5, 'slower'), load(6, 'faster', { name: 'db', changeMs: -2 })],
    'Scenario 3 is slower: the reason. Scenario 5 is slower: the reason. ' +
      'Scenario 6 is faster: the reason, most of it in db (−2.0 ms).',
  ],
  [[load(2, 'spread changed')], 'Scenario 2: the reason.'],
])('a comparison %# has one line of verdict', (loads, line) => {
  expect(verdictOf(loads)).toBe(line)
})
