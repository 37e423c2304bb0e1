import { expect, test } from 'vitest'
import { describedService } from '../../tests/described-service.ts'
import { erlangB } from './erlang.ts'
import { exactQueueOf } from './exact.ts'
import { simulate } from './simulate.ts'

const service = describedService({ delay: { fixedMs: 200 } })
const exponential = { ...service, delay: { exponentialMs: 200 } }
const poisson = { arrivals: 'poisson', perSecond: 40 } as const
const even = { ...poisson, arrivals: 'even' } as const
const pool = { name: 'pool', servers: 3, workMs: 50 }

test.each([
  ['even arrivals of fixed length', service, even, 'D/D/c'],
  ['Poisson arrivals of fixed length', service, poisson, 'Crommelin (M/D/c)'],
  ['Poisson arrivals of exponential length', exponential, poisson, 'Erlang C (M/M/c)'],
  ['no queue', { ...service, queueLimit: 0 }, poisson, 'Erlang B (M/G/c/c)'],
  ['one resource', { ...service, slots: 40, resources: [pool] }, poisson, 'Crommelin (M/D/c)'],
])('%s have an exact formula', (_, each, load, name) => {
  expect(exactQueueOf(each, load)?.formula.name).toBe(name)
})

test.each([
  ['at the ceiling', service, { ...poisson, perSecond: 50 }],
  ['for even arrivals of varying length', exponential, even],
  ['if the queue may be full', { ...exponential, queueLimit: 20 }, poisson],
  ['if the time limit may end', { ...exponential, queueTimeoutMs: 1000 }, poisson],
  ['for even arrivals above the ceiling', service, { ...even, perSecond: 51 }],
  ['for several resources', { ...service, resources: [pool, pool] }, poisson],
  ['if the slots may be taken', { ...service, resources: [pool] }, poisson],
])('there is no formula %s', (_, each, load) => {
  expect(exactQueueOf(each, load)).toBeUndefined()
})

test('without a queue requests are refused as Erlang B says, at the ceiling too', () => {
  const exact = exactQueueOf({ ...exponential, queueLimit: 0 }, { ...poisson, perSecond: 50 })
  expect(exact?.refusedShare).toBe(erlangB(10, 10))
  expect(exact?.waitMs.p99).toBe(0)
  expect(exact?.latencyMs.p99).toBeCloseTo(200 * Math.log(100), 9)
})

const long = { least: 250_000, budget: 250_000, seed: 2 }

test.each([
  ['fixed service', service, poisson],
  ['exponential service', exponential, poisson],
  ['a resource', { ...service, slots: 100, resources: [pool] }, { ...poisson, perSecond: 50 }],
])('a simulation of %s finds the exact waits', (_, each, load) => {
  const exact = exactQueueOf(each, load)
  const simulated = simulate({ ...load, service: each, ...long })
  for (const key of ['mean', 'p50', 'p95', 'p99'] as const) {
    const off = simulated.latencyMs[key] - (exact?.latencyMs[key] ?? 0)
    expect(Math.abs(off)).toBeLessThanOrEqual(1.5 * simulated.latencyMs.plusMinus[key] + 1e-9)
    expect(simulated.latencyMs.plusMinus[key]).toBeLessThan(0.1 * simulated.latencyMs[key])
  }
})
