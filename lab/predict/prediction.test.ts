import { expect, test } from 'vitest'
import { predict } from './prediction.ts'

const service = {
  slots: 40,
  queueLimit: 100,
  queueTimeoutMs: 30_000,
  delay: { fixedMs: 300 },
  resources: [],
}
const poisson = { service, arrivals: 'poisson', perSecond: 120 } as const

test('a prediction compares the simulated wait with the formula', () => {
  const { forecast, meanWait } = predict(poisson)
  expect(forecast.utilisation).toBeCloseTo(0.9, 9)
  expect(meanWait?.ms).toBeGreaterThan(0)
  expect(Math.abs(forecast.waitMs.mean - (meanWait?.ms ?? 0))).toBeLessThan(5)
})

test.each([
  ['poisson', { fixedMs: 300 }, 'Allen–Cunneen'],
  ['poisson', { exponentialMs: 300 }, 'Erlang C'],
  ['even', { exponentialMs: 300 }, 'Allen–Cunneen'],
  ['even', { fixedMs: 300 }, 'D/D/c'],
] as const)('the mean wait of %s arrivals with %j is by %s', (arrivals, delay, name) => {
  const { meanWait, formulas } = predict({
    ...poisson,
    arrivals,
    service: { ...service, delay },
  })
  expect(meanWait?.formula.name).toBe(name)
  expect(formulas).toContain(meanWait?.formula)
})

test('above the ceiling no formula gives a wait', () => {
  expect(predict({ ...poisson, perSecond: 160 })).not.toHaveProperty('meanWait')
})

test('the sweep has each rate once, and the asked one', () => {
  const { sweep, forecast } = predict(poisson)
  const rates = sweep.map(({ perSecond }) => perSecond)
  expect(rates.map((rate) => Math.round(rate))).toEqual([
    13, 40, 67, 93, 107, 120, 127, 133, 147, 173,
  ])
  expect(sweep).toContain(forecast)
})

test('waits and refusals grow with the rate', () => {
  const { sweep } = predict(poisson)
  const p95 = sweep.map(({ latencyMs }) => latencyMs.p95)
  expect(p95).toEqual(p95.toSorted((a, b) => a - b))
  expect(sweep.map(({ refusedShare }) => refusedShare > 0)).toEqual([
    ...Array(7).fill(false),
    ...Array(3).fill(true),
  ])
})
