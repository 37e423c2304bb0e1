import { expect, test } from 'vitest'
import { describedService } from '../../tests/described-service.ts'
import { lowestCeiling, placesOf } from './ceiling.ts'
import { predict } from './prediction.ts'

const service = describedService({ slots: 40, queueLimit: 100, delay: { fixedMs: 300 } })
const poisson = { service, arrivals: 'poisson', perSecond: 120 } as const
const { forecast, formulas, sweep } = predict(poisson)

test('the formulas are those of the forecast', () => {
  expect(forecast.utilisation).toBeCloseTo(0.9, 9)
  expect(formulas.map(({ name }) => name)).toEqual(["Little's law", 'Crommelin (M/D/c)'])
})

test('the sweep has each rate once, and the asked one', () => {
  const rates = sweep.map(({ perSecond }) => perSecond)
  expect(rates.map((rate) => Math.round(rate))).toEqual([
    13, 40, 67, 93, 107, 120, 127, 133, 147, 173,
  ])
  expect(sweep).toContain(forecast)
})

test('waits and refusals grow with the rate', () => {
  const p95 = sweep.map(({ latencyMs }) => latencyMs.p95)
  expect(p95).toEqual(p95.toSorted((a, b) => a - b))
  expect(sweep.map(({ refusedShare }) => refusedShare > 0)).toEqual([
    ...Array(7).fill(false),
    ...Array(3).fill(true),
  ])
})

test('a rate near the ceiling with a long queue has not settled', () => {
  const patient = { ...service, queueLimit: 1000 }
  const near = predict({ ...poisson, service: patient, perSecond: 133.333 })
  expect(near.forecast).toMatchObject({ method: 'simulation', isSettled: false })
  const settled = near.sweep.map(({ isSettled }) => isSettled)
  expect(settled).toEqual([true, true, true, true, true, true, true, false, true, true])
})

const pool = { name: 'pool', servers: 1, workMs: 3 }
const budget = 20_000

// What JSON has no number for would be null.
test.each([
  ['no queue', { ...service, slots: 1, queueLimit: 0 }],
  ['no queue and varying service', { ...service, queueLimit: 0, delay: { exponentialMs: 300 } }],
  ['no queue and a resource', { ...service, queueLimit: 0, resources: [pool] }],
  ['a time limit below the service time', { ...service, queueTimeoutMs: 1 }],
  ['a service of ten minutes', { ...service, delay: { fixedMs: 600_000 } }],
])('all figures are numbers with %s', (_, each) => {
  for (const arrivals of ['even', 'poisson'] as const) {
    const { perSecond } = lowestCeiling(placesOf(each))
    const prediction = predict({ service: each, arrivals, perSecond, budget })
    expect(JSON.stringify(prediction)).not.toContain('null')
    expect(prediction.forecast.latencyMs.p95).toBeGreaterThanOrEqual(300)
  }
})
