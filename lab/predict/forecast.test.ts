import { expect, test } from 'vitest'
import { describedService } from '../../tests/described-service.ts'
import { lowestCeiling, overloadOf, placesOf } from './ceiling.ts'
import { forecast } from './forecast.ts'

const service = describedService({ queueLimit: 20 })

const onCores = {
  ...service,
  slots: 40,
  delay: { fixedMs: 100 },
  resources: [
    { name: 'cores', servers: 2, workMs: 400 },
    { name: 'connections', servers: 10, workMs: 500 },
  ],
}

test('the ceiling is the smallest of slots and resources', () => {
  expect(lowestCeiling(placesOf(service)).perSecond).toBe(5)
  const { perSecond, bottleneck } = lowestCeiling(placesOf(onCores))
  expect([perSecond, bottleneck.name]).toEqual([5, 'cores'])
})

test('a full queue is waited through at the ceiling', () => {
  expect(overloadOf(service, 10)).toEqual({
    refusedShare: 0.5,
    waitMs: 4000,
    holdMs: 2000,
    queued: 20,
  })
})

test('the time limit admits the whole rounds that it lasts', () => {
  expect(overloadOf({ ...service, queueTimeoutMs: 3999 }, 10).queued).toBe(10)
  expect(overloadOf({ ...service, queueTimeoutMs: 1999 }, 10)).toMatchObject({
    queued: 0,
    waitMs: 0,
  })
})

test('slots are held for longer if the cores are short', () => {
  expect(overloadOf(onCores, 10)).toMatchObject({ waitMs: 4000, holdMs: 8000 })
})

test('even arrivals above the ceiling wait through the queue', () => {
  const { waitMs, latencyMs, refusedShare } = forecast({ service, arrivals: 'even', perSecond: 10 })
  expect(waitMs.p50).toBeCloseTo(4000, 3)
  expect(latencyMs.p95).toBeCloseTo(6000, 3)
  expect(refusedShare).toBeCloseTo(0.5, 3)
})

test('a queue that fills for too long is predicted by its flow', () => {
  const { method, waitMs, refusedShare, refusals } = forecast({
    service: { ...service, queueLimit: 1_000_000, queueTimeoutMs: 1e9 },
    arrivals: 'poisson',
    perSecond: 10,
  })
  expect([method, waitMs.p99, refusedShare]).toEqual(['flow', 200_000_000, 0.5])
  expect(refusals).toBeUndefined()
})

test('a queue at its ceiling is simulated within the budget', () => {
  const options = { service, arrivals: 'poisson', perSecond: 5, budget: 10_000 } as const
  const { method, requests, isSettled } = forecast(options)
  expect([method, isSettled]).toEqual(['simulation', false])
  expect(requests).toBeCloseTo(8000, -2)
})

test('the flow waits in the slots for what is short', () => {
  const { method, waitMs, resourceWaitMs, latencyMs } = forecast({
    service: { ...onCores, queueLimit: 1_000_000, queueTimeoutMs: 1e9 },
    arrivals: 'poisson',
    perSecond: 10,
  })
  expect([method, waitMs.p50]).toEqual(['flow', 200_000_000])
  expect([resourceWaitMs.cores?.p50, resourceWaitMs.connections?.p50]).toEqual([7000, 0])
  expect(latencyMs.p50).toBe(200_008_000)
})

test('a seed repeats the forecast, another changes it', () => {
  const of = (seed: number) =>
    forecast({ service, arrivals: 'poisson', perSecond: 5, seed, budget: 10_000 }).waitMs
  expect(of(1)).toEqual(of(1))
  expect(of(2)).not.toEqual(of(1))
})
