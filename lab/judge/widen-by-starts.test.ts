import { expect, test } from 'vitest'
import type { LoadMeasurement, RunValues } from '../load-figures.ts'
import { widenByStarts } from './summarize-load.ts'

const load = (medianMs: RunValues) =>
  ({ runFigures: { medianMs, p95Ms: medianMs } }) as unknown as LoadMeasurement

const equal = [
  [98, 100, 102, 101],
  [99, 100, 98, 102],
  [101, 99, 103, 98],
]
const apart = equal.map((start, n) => start.map((value) => value + 3 * n))

const widthOf = ({ figures }: LoadMeasurement, name: 'medianMs' | 'p95Ms' = 'medianMs') => {
  const { low = 0, high = 0 } = figures[name].interval ?? {}
  return high - low
}

test('starts of other loads that differ widen the intervals of a load', () => {
  const [alone] = widenByStarts([equal, equal, equal, equal].map(load)) as [LoadMeasurement]
  const [, beside] = widenByStarts([apart, equal, apart, apart].map(load))
  expect(beside && widthOf(beside)).toBeGreaterThan(1.1 * widthOf(alone))
  expect(beside && widthOf(beside, 'p95Ms')).toBeGreaterThan(1.1 * widthOf(alone, 'p95Ms'))
})

test('a load without a median has the ratios of the others', () => {
  const [none, other] = widenByStarts([[[null]], equal].map(load))
  expect(none?.startRatios).toHaveLength(20)
  expect(other?.startRatios).toHaveLength(20)
})

test('one start has nothing to widen by', () => {
  const [only] = widenByStarts([load([[1, 2, 3, 4, 5, 6]])])
  expect(only?.startRatios).toEqual([0])
})
