import { expect, test } from 'vitest'
import { shareWaitingLonger } from './erlang.ts'
import { criterion, slotsNeeded } from './prediction.ts'
import { simulate } from './simulate.ts'

const service = {
  slots: 1,
  queueLimit: 1000,
  queueTimeoutMs: 30_000,
  delay: { fixedMs: 300 },
  resources: [],
}
const poisson = { arrivals: 'poisson', perSecond: 120 } as const

test('even arrivals need as many slots as are in use', () => {
  expect(slotsNeeded(service, { arrivals: 'even', perSecond: 120 })).toBe(36)
  expect(slotsNeeded(service, { arrivals: 'even', perSecond: 121 })).toBe(37)
})

test('Poisson arrivals need the fewest slots that keep the criterion', () => {
  const slots = slotsNeeded(service, poisson) ?? 0
  const longer = (servers: number) =>
    shareWaitingLonger({ servers, perSecond: 120, serviceMs: 300 }, 30)
  expect(longer(slots)).toBeLessThanOrEqual(criterion.share)
  expect(longer(slots - 1)).toBeGreaterThan(criterion.share)
})

test('the slots keep the criterion with fixed service', () => {
  const slots = slotsNeeded(service, poisson) ?? 0
  const { waitMs } = simulate({
    service: { ...service, slots },
    ...poisson,
    requests: 200_000,
    warmup: 2000,
    seed: 1,
  })
  // One request in a hundred may wait for longer than a tenth of the service.
  expect(waitMs.p99).toBeLessThanOrEqual(30)
})

test('no number of slots helps a resource that cannot keep the rate', () => {
  const resources = [{ name: 'cores', servers: 1, workMs: 10 }]
  expect(slotsNeeded({ ...service, resources }, poisson)).toBeUndefined()
})
