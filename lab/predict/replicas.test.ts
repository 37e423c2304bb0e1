import { expect, test } from 'vitest'
import type { Balancing } from './balanced-stations.ts'
import { predictReplicas } from './replicas.ts'
import { simulate } from './simulate.ts'

const service = {
  slots: 10,
  queueLimit: 20,
  queueTimeoutMs: 30_000,
  delay: { fixedMs: 2000 },
  resources: [],
}

test.each([
  [1, 5],
  [2, 10],
  [4, 20],
  [1000, 5000],
])('%d replicas that share nothing have a ceiling of %d/s', (replicas, perSecond) => {
  const prediction = predictReplicas({ service, replicas })
  expect(prediction.ceiling.perSecond).toBe(perSecond)
  expect(prediction.speedup).toBe(replicas)
})

test('replicas stop at what they share', () => {
  const shared = [{ name: 'connections', servers: 3, workMs: 250 }]
  const { ceiling, speedup } = predictReplicas({ service, shared, replicas: 4 })
  expect([ceiling.perSecond, ceiling.bottleneck.name, speedup]).toEqual([12, 'connections', 2.4])
})

test('replicas multiply resources of their own', () => {
  const resources = [{ name: 'cores', servers: 1, workMs: 500 }]
  const { ceiling } = predictReplicas({ service: { ...service, resources }, replicas: 4 })
  expect([ceiling.perSecond, ceiling.bottleneck.name]).toEqual([8, 'cores'])
})

const play = (replicas: number, utilisation: number, balancing: Balancing = 'round-robin') =>
  simulate({
    service,
    replicas,
    balancing,
    arrivals: 'poisson',
    perSecond: predictReplicas({ service, replicas }).ceiling.perSecond * utilisation,
    // Whole rounds of the fixed service at 150 %, so that none is counted in part.
    requests: 150_000,
    warmup: 90 * replicas,
    seed: 1,
  })

test.each([100, 1000])('%d simulated replicas reach their ceiling', (replicas) => {
  const { refusals } = play(replicas, 1.5)
  expect(refusals.queue_full).toBeCloseTo(1 / 3, 2)
})

// With many replicas in turn, the arrivals at each are nearly even.
test('requests in turn wait less than requests at random', () => {
  const inTurn = play(100, 0.8)
  const atRandom = play(100, 0.8, 'random')
  expect(inTurn.waitMs.mean).toBeLessThan(atRandom.waitMs.mean / 10)
})

test('replicas at random wait as one replica does', () => {
  expect(play(100, 0.8, 'random').waitMs.mean / play(1, 0.8).waitMs.mean).toBeCloseTo(1, 1)
})
