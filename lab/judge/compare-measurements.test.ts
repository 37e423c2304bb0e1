import { expect, test } from 'vitest'
import { createDraw } from '../../formats/random.ts'
import { loadSample, runResult } from '../../tests/load-sample.ts'
import { experimentsOf } from '../experiments/profiles.ts'
import type { Measurement, RunResult } from '../measurement.ts'
import {
  compareMeasurements,
  type LoadComparison,
  type Measured,
  verdictOf,
} from './compare-measurements.ts'
import { startsForComparison } from './plan-comparison.ts'

const experiments = experimentsOf('quick', { cores: 2 })

/** Three starts of two runs of scenario 3, whose `search` takes so many milliseconds. */
function measuredWith(searchMs: number, seed: number, outcome = 'ok'): Measured {
  const draw = createDraw({ seed })
  const runs = Array.from({ length: 6 }, (_, repeat) => {
    const samples = Array.from({ length: 40 }, (_, n) => {
      const noiseMs = draw(1000) / 1000
      const phases = { total: 9 + searchMs, db: 2 + noiseMs, search: searchMs, cache: 2 }
      const times = { dueMs: 5000 + n * 10, latencyMs: 10 + searchMs + noiseMs }
      return loadSample({ load: 'scenario-3', ...times, phases, outcome })
    })
    return runResult(repeat, { experiment: 'baseline', condition: 'alone', samples })
  })
  return { measurement: {} as Measurement, runs }
}

const compare = (before: Measured, after: Measured) =>
  compareMeasurements({ before, after, experiments })

test('two measurements of one lab are alike', () => {
  const { verdict, loads } = compare(measuredWith(2, 1), measuredWith(2, 2))
  expect(verdict).toBe('Alike: scenario 3.')
  expect(loads.map(({ text }) => text)).toEqual([expect.stringMatching(/^alike within ± \d/)])
})

test('a measurement is alike with itself within less than 5 %', () => {
  const one = measuredWith(2, 1)
  expect(compare(one, one).loads[0]?.difference).toMatchObject({ ratio: 1, p: 1 })
})

test('a slower hop is named with its scenario and its p95', () => {
  const { verdict, loads } = compare(measuredWith(2, 1), measuredWith(7, 2))
  expect(verdict).toMatch(
    /^Scenario 3 is slower by 40 % \(3\d to 4\d %\), most of it in search \(\+5\.0 ms\)\.$/,
  )
  expect(loads[0]?.p95?.ratio).toBeCloseTo(17.9 / 12.9, 1)
})

test('runs that do not count are not compared', () => {
  const after = measuredWith(2, 2)
  const [first, ...others] = after.runs as [RunResult, ...RunResult[]]
  after.runs = [{ ...first, excluded: 'k6 waited for a core' }, ...others]
  expect(compare(measuredWith(2, 1), after).loads[0]?.text).toContain('5 runs after')
})

test('a scenario that fails in the second measurement is open, not left out', () => {
  const { loads } = compare(measuredWith(2, 1), measuredWith(2, 2, 'error'))
  expect(loads.map(({ text }) => text)).toEqual(['open: nothing was measured after'])
  expect(loads[0]?.medians[1]).toBeNaN()
})

test('measurements without a common baseline are refused', () => {
  const empty = { measurement: {} as Measurement, runs: [] }
  expect(() => compare(empty, empty)).toThrow('no baseline in common')
})

test('the runs so far say how many starts find a change', () => {
  const both = { before: measuredWith(2, 1), after: measuredWith(2, 2), experiments }
  expect(startsForComparison(both, 0.2)).toEqual([3])
  expect(startsForComparison(both, 0.005)[0]).toBeGreaterThan(3)
  const five = { ...both, after: { ...both.after, runs: both.after.runs.slice(1) } }
  expect(startsForComparison(five, 0.2)).toEqual([undefined])
})

const load = (
  scenario: number,
  verdict: LoadComparison['verdict'],
  phase?: LoadComparison['phase'],
) => ({ scenario, verdict, text: `${verdict} by 9 %`, phase }) as LoadComparison

test.each([
  [[load(1, 'alike')], 'Alike: scenario 1.'],
  [
    [load(1, 'alike'), load(2, 'open'), load(4, 'open')],
    'Alike: scenario 1. Open: scenarios 2, 4.',
  ],
  [
    [load(3, 'slower', { name: 'search', changeMs: 1 })],
    'Scenario 3 is slower by 9 %, most of it in search (+1.0 ms).',
  ],
  [
    [load(3, 'slower'), load(6, 'faster', { name: 'db', changeMs: -2 })],
    'Scenario 3 is slower by 9 %. Scenario 6 is faster by 9 %, most of it in db (−2.0 ms).',
  ],
  [[load(1, 'alike', { name: 'db', changeMs: 2 })], 'Alike: scenario 1.'],
])('a comparison %# has one line of verdict', (loads, line) => {
  expect(verdictOf(loads)).toBe(line)
})
