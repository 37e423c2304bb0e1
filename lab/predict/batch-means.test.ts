import { mean } from 'simple-statistics'
import { expect, test } from 'vitest'
import { createRandom, drawExponential } from '../../formats/random.ts'
import { areBatchesIndependent, estimate } from './batch-means.ts'

const length = 10_000

/** Exponential times, each of them repeated for so many requests on average. */
function drawTimes(seed: number, repeats: number): Float64Array {
  const random = createRandom(seed)
  let ms = drawExponential(random, 1)
  return Float64Array.from({ length }, () => {
    if (random() * repeats < 1) ms = drawExponential(random, 1)
    return ms
  })
}

const estimates = (repeats: number) =>
  Array.from({ length: 200 }, (_, seed) => estimate(drawTimes(seed + 1, repeats)))

const truth = { mean: 1, p50: Math.LN2, p95: Math.log(20), p99: Math.log(100) }

// Batches of 500 requests: of 500 and 100 different times.
test.each([1, 5])('intervals of times in groups of %d cover the truth', (repeats) => {
  const all = estimates(repeats)
  for (const key of ['mean', 'p50', 'p95', 'p99'] as const) {
    const covers = all.map((each) => Math.abs(each[key] - truth[key]) <= each.plusMinus[key])
    expect(mean(covers.map(Number))).toBeGreaterThan(0.9)
  }
})

test('intervals are not wider than they must be', () => {
  const widths = estimates(1).map(({ plusMinus }) => plusMinus.mean)
  // Student's t of 19 degrees of freedom over the square root of the number.
  const width = 2.093 / Math.sqrt(length)
  expect(mean(widths)).toBeGreaterThan(0.9 * width)
  expect(mean(widths)).toBeLessThan(1.2 * width)
})

test('a time that never changes is exact', () => {
  const { plusMinus } = estimate(new Float64Array(100).fill(300))
  expect(plusMinus).toEqual({ mean: 0, p50: 0, p95: 0, p99: 0 })
})

test('nothing has no time', () => {
  expect(estimate(new Float64Array())).toMatchObject({ mean: 0, p99: 0, plusMinus: { p99: 0 } })
})

test('batches that drift depend on each other', () => {
  expect(areBatchesIndependent(drawTimes(1, 1))).toBe(true)
  expect(areBatchesIndependent(drawTimes(1, 1).map((ms, index) => ms + index / 500))).toBe(false)
  expect(areBatchesIndependent(drawTimes(1, 1000))).toBe(false)
})
