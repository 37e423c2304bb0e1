import { expect, test } from 'vitest'
import { describedService } from '../../tests/described-service.ts'
import { shareWaitingLonger } from './erlang.ts'
import { criterion, shareBroken, slotsNeeded } from './slots-needed.ts'

const service = describedService({ slots: 1, delay: { fixedMs: 300 } })
const exponential = { ...service, delay: { exponentialMs: 300 } }
const poisson = { arrivals: 'poisson', perSecond: 120 } as const

function countOf(...args: Parameters<typeof slotsNeeded>): number {
  const needed = slotsNeeded(...args)
  if ('slots' in needed) return needed.slots
  throw new Error(JSON.stringify(needed))
}

test('even arrivals need as many slots as are in use', () => {
  expect(countOf(service, { arrivals: 'even', perSecond: 120 })).toBe(36)
  expect(countOf(service, { arrivals: 'even', perSecond: 121 })).toBe(37)
})

test('exponential service needs the fewest slots by Erlang C', () => {
  const slots = countOf(exponential, poisson)
  const longer = (servers: number) =>
    shareWaitingLonger({ servers, perSecond: 120, serviceMs: 300 }, 30)
  expect(longer(slots)).toBeLessThanOrEqual(criterion.share)
  expect(longer(slots - 1)).toBeGreaterThan(criterion.share)
})

test('fixed service needs no more slots than exponential service', () => {
  expect(countOf(service, poisson)).toBe(48)
  expect(countOf(exponential, poisson)).toBe(49)
})

test('without a queue, refusals count', () => {
  // Erlang B of 36 erlang: 1.1 % with 47 servers, 0.8 % with 48.
  expect(countOf({ ...service, queueLimit: 0 }, poisson)).toBe(48)
})

const pool = { name: 'pool', servers: 10, workMs: 50 }
const cores = { name: 'cores', servers: 4, workMs: 12 }

test.each([
  ['a pool', { ...service, resources: [pool] }],
  ['a short queue', { ...service, queueLimit: 3 }],
  ['a pool and cores', { ...service, resources: [cores, pool] }],
  ['an exponential delay and cores', { ...exponential, resources: [cores] }],
])('the slots keep the criterion with %s', (_, each) => {
  const slots = countOf(each, poisson)
  const other = { ...poisson, seed: 9, requests: 100_000 }
  const brokenWith = (count: number) => shareBroken({ ...each, slots: count }, other)
  expect(brokenWith(slots)).toBeLessThan(1.2 * criterion.share)
  expect(brokenWith(slots - 2)).toBeGreaterThan(criterion.share)
})

test('no number of slots helps requests that wait for a resource', () => {
  const resources = [{ name: 'pool', servers: 1, workMs: 100 }]
  const busy = { ...service, delay: { fixedMs: 0 }, resources }
  const needed = slotsNeeded(busy, { ...poisson, perSecond: 5 })
  // P(wait > 10 ms) of M/D/1 at 50 %: 1 − 0.5 · e^0.05.
  expect(needed).toEqual({ brokenBy: expect.closeTo(1 - 0.5 * Math.exp(0.05), 6) })
})

test('no number of slots helps a resource that cannot keep the rate', () => {
  const resources = [{ name: 'cores', servers: 1, workMs: 10 }]
  const needed = slotsNeeded({ ...service, resources }, poisson)
  expect(needed).toMatchObject({ short: { name: 'cores' } })
})

test('more requests than any slots hold are not simulated', () => {
  const slow = { ...service, delay: { fixedMs: 600_000 } }
  expect(slotsNeeded(slow, { ...poisson, perSecond: 10_000 })).toEqual({ brokenBy: 1 })
})
