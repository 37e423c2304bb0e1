import { expect, test } from 'vitest'
import { describedService } from '../../tests/described-service.ts'
import { predictCeiling, simulateCeiling } from './simulate-ceiling.ts'

const service = describedService({ slots: 40 })

test.each([
  [1, 20],
  [4, 80],
  [100, 2000],
  [1000, 20_000],
])('%d simulated replicas complete %d/s, in turn and at random', (replicas, perSecond) => {
  const { simulatedPerSecond } = predictCeiling(service, { replicas, seed: 1 })
  expect(simulatedPerSecond).toEqual({ 'round-robin': perSecond, random: perSecond })
})

test('varying delays add noise to a simulated ceiling', () => {
  const varying = { ...service, delay: { exponentialMs: 2000 } }
  const options = { service: varying, replicas: 100, balancing: 'random', seed: 1 } as const
  const perSecond = simulateCeiling(options)
  expect(perSecond).not.toBe(2000)
  expect(Math.abs(perSecond / 2000 - 1)).toBeLessThan(0.05)
  expect(simulateCeiling(options)).toBe(perSecond)
})

test('a resource of each replica limits the simulation too', () => {
  const resources = [{ name: 'cores', servers: 1, workMs: 100 }]
  const options = { replicas: 10, balancing: 'round-robin', seed: 1 } as const
  const perSecond = simulateCeiling({ service: { ...service, resources }, ...options })
  expect(perSecond).toBeCloseTo(100, 0)
})
