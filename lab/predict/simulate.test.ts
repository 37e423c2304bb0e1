import { expect, test } from 'vitest'
import type { ArrivalProcess } from './arrivals.ts'
import { allenCunneenMs, erlangB, meanWaitMs, waitQuantileMs } from './erlang.ts'
import { type Duration, variationOf } from './service.ts'
import { simulate } from './simulate.ts'

type Queue = {
  arrivals: ArrivalProcess
  perSecond: number
  slots: number
  queueLimit?: number
  service: Duration
}

/** So many requests that the noise of the simulation stays below the tolerance of the tests. */
const simulateQueue = ({ slots, queueLimit = Infinity, service: delay, ...load }: Queue) =>
  simulate({
    service: { slots, queueLimit, queueTimeoutMs: Infinity, delay, resources: [] },
    ...load,
    requests: 500_000,
    warmup: 5000,
    seed: 1,
  })

const expectWithin2Percent = (actual: number, expected: number) =>
  expect(Math.abs(actual / expected - 1)).toBeLessThan(0.02)

const ten = { arrivals: 'poisson', perSecond: 4, slots: 10 } as const

test('exponential service waits as Erlang C says', () => {
  const load = { arrivals: 'poisson', perSecond: 2.5 } as const
  const { waitMs } = simulateQueue({ ...load, slots: 4, service: { exponentialMs: 1000 } })
  const queue = { servers: 4, perSecond: 2.5, serviceMs: 1000 }
  expectWithin2Percent(waitMs.mean, meanWaitMs(queue))
  expectWithin2Percent(waitMs.p95, waitQuantileMs(queue, 0.95))
  expectWithin2Percent(waitMs.p99, waitQuantileMs(queue, 0.99))
})

// The loss of M/G/c/c depends on the mean service time alone.
test.each<Duration>([{ fixedMs: 2000 }, { exponentialMs: 2000 }])(
  'without a queue, %j loses as Erlang B says',
  (service) => {
    const simulated = simulateQueue({ ...ten, queueLimit: 0, service })
    expectWithin2Percent(simulated.refusals.queue_full, erlangB(8, 10))
  },
)

// Pollaczek and Khinchine: exact for one server, whatever the service time.
test('one server waits as Pollaczek and Khinchine say', () => {
  const service = { fixedMs: 20 }
  const { waitMs } = simulateQueue({ arrivals: 'poisson', perSecond: 25, slots: 1, service })
  const queue = { servers: 1, perSecond: 25, serviceMs: 20 }
  const variation = { arrivals: 1, service: variationOf(service) }
  expectWithin2Percent(waitMs.mean, allenCunneenMs(queue, variation))
})

test('even arrivals of fixed length wait for nothing below the ceiling', () => {
  const { waitMs, refusals } = simulateQueue({
    arrivals: 'even',
    perSecond: 4.9,
    slots: 10,
    queueLimit: 0,
    service: { fixedMs: 2000 },
  })
  expect(waitMs).toEqual({ mean: 0, p50: 0, p95: 0, p99: 0 })
  expect(refusals).toEqual({ queue_full: 0, wait_too_long: 0, queue_timeout: 0 })
})

const small = { ...ten, service: { fixedMs: 2000 } }

test('work on ten cores takes turns inside the slots', () => {
  const { waitMs, latencyMs } = simulate({
    service: {
      slots: 1000,
      queueLimit: 0,
      queueTimeoutMs: Infinity,
      delay: { fixedMs: 100 },
      resources: [{ name: 'cores', servers: 10, workMs: 2000 }],
    },
    arrivals: 'poisson',
    perSecond: 4,
    requests: 500_000,
    warmup: 5000,
    seed: 1,
  })
  const cores = simulateQueue(small)
  expect(waitMs.mean).toBe(0)
  expect(latencyMs.p95).toBeCloseTo(cores.waitMs.p95 + 2100, 3)
})
