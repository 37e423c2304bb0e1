import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64'
import { mersenne } from 'pure-rand/generator/mersenne'
import { expect, test } from 'vitest'
import type { Run } from '../quantiles.ts'
import { type ComparisonVerdict, compareRuns, noiseFloor } from './compare.ts'

const repetitions = 60

/** Standard normal numbers, by Box and Muller. */
function createNormal(seed: number) {
  const generator = mersenne(seed)
  const uniform = () => 1 - uniformFloat64(generator)
  return () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform())
}

type Lab = { scale?: number; spread?: number }

/** Six runs of 60 log-normal latencies; the runs of one lab differ by 2 %, as on a real machine. */
function runsOf(normal: () => number, { scale = 1, spread = 0.2 }: Lab = {}): Run[] {
  return Array.from({ length: 6 }, () => {
    const level = 100 * scale * Math.exp(0.02 * normal())
    return Array.from({ length: 60 }, () => level * Math.exp(spread * normal()))
  })
}

/** How often each verdict is given over seeded repetitions. */
function countVerdicts(after: Lab): Record<ComparisonVerdict, number> {
  const counts = {
    'no difference': 0,
    slower: 0,
    faster: 0,
    'spread changed': 0,
    'not resolved': 0,
  }
  for (let seed = 1; seed <= repetitions; seed++) {
    const normal = createNormal(seed)
    const { verdict } = compareRuns(runsOf(normal), runsOf(normal, after), {
      seed,
      repetitions: 1,
    })
    counts[verdict]++
  }
  return counts
}

test('at most 5 % of equal labs are called different', () => {
  const { 'no difference': alike, 'not resolved': open } = countVerdicts({})
  expect(repetitions - alike - open).toBeLessThanOrEqual(repetitions * 0.05)
})

test('at least 95 % of slowdowns by 20 % are found', () => {
  expect(countVerdicts({ scale: 1.2 }).slower).toBeGreaterThanOrEqual(repetitions * 0.95)
})

test('a wider spread around the same median is found', () => {
  expect(countVerdicts({ spread: 0.4 })['spread changed']).toBeGreaterThanOrEqual(
    repetitions * 0.95,
  )
})

test('a difference below the noise is not resolved', () => {
  const normal = createNormal(7)
  const comparison = compareRuns(runsOf(normal), runsOf(normal, { scale: 1.2 }), { noise: 0.4 })
  expect(comparison).toMatchObject({ verdict: 'not resolved', ratio: expect.closeTo(1.2, 1) })
  expect(comparison.reason).toMatch(/no more than the noise of 40.0 %/)
})

test('five runs resolve nothing', () => {
  const runs = runsOf(createNormal(1)).slice(1)
  expect(compareRuns(runs, runs).reason).toBe('5 runs are fewer than 6')
})

test('the interval of a slowdown includes its true size', () => {
  const normal = createNormal(3)
  const { interval } = compareRuns(runsOf(normal), runsOf(normal, { scale: 1.2 }))
  expect(interval.low).toBeLessThan(1.2)
  expect(interval.high).toBeGreaterThan(1.2)
})

test('the noise floor grows with the difference between runs', () => {
  const quiet = runsOf(createNormal(5))
  const noisy = quiet.map((run, index) => run.map((value) => value * (1 + 0.2 * (index % 3))))
  expect(noiseFloor(quiet)).toBeLessThan(0.1)
  expect(noiseFloor(noisy)).toBeGreaterThan(0.2)
})
