import { expect, test } from 'vitest'
import { createRandom } from '../../formats/random.ts'
import { describedService } from '../../tests/described-service.ts'
import { createGaps } from './arrivals.ts'
import { ceilingOfReplicas } from './ceiling.ts'
import { createRecord } from './figures.ts'
import { type Balancing, createBalancedStations } from './simulate-ceiling.ts'

const service = describedService({ queueLimit: 20 })

test('replicas multiply resources of their own', () => {
  const resources = [{ name: 'cores', servers: 1, workMs: 500 }]
  const { perSecond, bottleneck } = ceilingOfReplicas({ ...service, resources }, 4)
  expect([perSecond, bottleneck.name]).toEqual([8, 'cores'])
})

// Whole rounds of the fixed service at 150 %, so that none is counted in part.
const requests = 150_000

function play(replicas: number, utilisation: number, balancing: Balancing = 'round-robin') {
  const record = createRecord(service)
  const options = { service, replicas, balancing, seed: 1 }
  const stations = createBalancedStations({ ...options, onOutcome: record.add })
  const perSecond = ceilingOfReplicas(service, replicas).perSecond * utilisation
  const gap = createGaps({ arrivals: 'poisson', perSecond, random: createRandom(1) })
  const warmup = 90 * replicas
  for (let nowMs = gap(); record.size() < warmup + requests; nowMs += gap()) stations.arrive(nowMs)
  return record.figures(warmup)
}

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
