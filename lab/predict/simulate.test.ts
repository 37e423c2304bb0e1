import { expect, test } from 'vitest'
import { describedService } from '../../tests/described-service.ts'
import type { ArrivalProcess } from './arrivals.ts'
import { erlangB } from './erlang.ts'
import type { Duration } from './service.ts'
import { simulate } from './simulate.ts'

type Queue = {
  arrivals: ArrivalProcess
  perSecond: number
  slots: number
  queueLimit?: number
  service: Duration
  length?: typeof long
}

/** So many requests that the noise of the simulation stays below the tolerance of the tests. */
const requests = 400_000
const long = { least: requests, budget: requests, seed: 1 }

function simulateQueue({ slots, queueLimit = Infinity, service, length = long, ...load }: Queue) {
  const settings = { slots, queueLimit, queueTimeoutMs: Infinity, delay: service }
  return simulate({ service: describedService(settings), ...load, ...length })
}

const expectWithin2Percent = (actual: number, expected: number) =>
  expect(Math.abs(actual / expected - 1)).toBeLessThan(0.02)

/** The refused share and the mean wait, in service times, of M/M/c/K. */
function finiteQueue(servers: number, queue: number, utilisation: number) {
  const shares = [1]
  for (let n = 1; n <= servers + queue; n++)
    shares.push(((shares[n - 1] ?? 0) * servers * utilisation) / Math.min(n, servers))
  const total = shares.reduce((sum, share) => sum + share, 0)
  const refused = (shares.at(-1) ?? 0) / total
  const waiting = shares.map((share, n) => (share / total) * Math.max(0, n - servers))
  const meanQueue = waiting.reduce((sum, share) => sum + share, 0)
  return { refused, meanWait: meanQueue / (servers * utilisation * (1 - refused)) }
}

const ten = { arrivals: 'poisson', perSecond: 4, slots: 10 } as const

// The loss of M/G/c/c depends on the mean service time alone.
test.each<Duration>([{ fixedMs: 2000 }, { exponentialMs: 2000 }])(
  'without a queue, %j loses as Erlang B says',
  (service) => {
    const simulated = simulateQueue({ ...ten, queueLimit: 0, service })
    expectWithin2Percent(simulated.refusals.queue_full, erlangB(8, 10))
  },
)

// M/M/c/K: a birth-death chain.
test.each([0.8, 1, 1.2])('a queue of ten at %d refuses as M/M/c/K does', (utilisation) => {
  const perSecond = 5 * utilisation
  const service = { exponentialMs: 2000 }
  const queue = { arrivals: 'poisson', perSecond, slots: 10, queueLimit: 10, service } as const
  const { refusedShare, refusedPlusMinus, waitMs } = simulateQueue(queue)
  const { refused, meanWait } = finiteQueue(10, 10, utilisation)
  expect(Math.abs(refusedShare - refused)).toBeLessThan(1.5 * refusedPlusMinus)
  expect(refusedPlusMinus).toBeLessThan(0.1 * refused)
  expectWithin2Percent(waitMs.mean, meanWait * 2000)
})

const small = { ...ten, service: { fixedMs: 2000 } }

test('work on ten cores takes turns inside the slots', () => {
  // The same requests, so that they wait for the same times.
  const few = { least: 60_000, budget: 60_000, seed: 1 }
  const { waitMs, resourceWaitMs, latencyMs } = simulate({
    service: describedService({
      ...{ slots: 1000, queueLimit: 0, delay: { fixedMs: 100 } },
      resources: [{ name: 'cores', servers: 10, workMs: 2000 }],
    }),
    arrivals: 'poisson',
    perSecond: 4,
    ...few,
  })
  const cores = simulateQueue({ ...small, length: few })
  expect(waitMs.mean).toBe(0)
  expect(resourceWaitMs.cores?.p99).toBeCloseTo(cores.waitMs.p99, 3)
  expect(latencyMs.p95).toBeCloseTo(cores.waitMs.p95 + 2100, 3)
})

const near = {
  service: describedService({ queueTimeoutMs: Infinity }),
  arrivals: 'poisson',
  seed: 1,
} as const

test('a simulation ends when its p95 is precise', () => {
  const { requests, isSettled, latencyMs } = simulate({
    ...near,
    perSecond: 3,
    least: 10_000,
    budget: 1_000_000,
  })
  expect(requests).toBeLessThan(500_000)
  expect(isSettled).toBe(true)
  expect(latencyMs.plusMinus.p95 / latencyMs.p95).toBeLessThan(0.02)
})

test('a simulation that may not be long enough has not settled', () => {
  const short = { ...near, perSecond: 3, least: 10_001, budget: 10_000 }
  expect(simulate(short).isSettled).toBe(false)
})

test('a queue that still grows has not settled', () => {
  const growing = simulate({ ...near, perSecond: 5, least: 10_000, budget: 20_000 })
  expect(growing.isSettled).toBe(false)
})
