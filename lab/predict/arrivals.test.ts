import { mean, variance } from 'simple-statistics'
import { expect, test } from 'vitest'
import { drawStartTimes } from './arrivals.ts'

const load = { perSecond: 50, seconds: 100, seed: 1 }

test('even arrivals have equal distances from the start', () => {
  const times = drawStartTimes({ arrivals: 'even', perSecond: 4, seconds: 1, seed: 1 })
  expect(times).toEqual([0, 250, 500, 750])
})

test('even arrivals do not drift over a long load', () => {
  const times = drawStartTimes({ arrivals: 'even', perSecond: 3, seconds: 1000, seed: 1 })
  expect([times.length, times[2997]]).toEqual([3000, 999_000])
})

test('Poisson arrivals keep the rate with exponential gaps', () => {
  const times = drawStartTimes({ ...load, arrivals: 'poisson', seconds: 2000 })
  expect(times.length / 2000 / 50).toBeCloseTo(1, 1)
  const gaps = times.slice(1).map((time, index) => time - (times[index] ?? 0))
  expect(Math.min(...gaps.slice(0, 1000))).toBeGreaterThan(0)
  expect(variance(gaps) / mean(gaps) ** 2).toBeCloseTo(1, 1)
})

test('a seed repeats the times, another changes them', () => {
  const times = drawStartTimes({ ...load, arrivals: 'poisson' })
  expect(drawStartTimes({ ...load, arrivals: 'poisson' })).toEqual(times)
  expect(drawStartTimes({ ...load, arrivals: 'poisson', seed: 2 })).not.toEqual(times)
  expect(times.at(-1)).toBeLessThan(100_000)
})

test('a load without rate or duration is refused', () => {
  const draw = (change: object) => () => drawStartTimes({ ...load, arrivals: 'even', ...change })
  expect(draw({ perSecond: 0 })).toThrow('above 0: 0/s, 100 s')
  expect(draw({ seconds: Number.NaN })).toThrow(RangeError)
})
