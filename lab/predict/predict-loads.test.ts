import { expect, test } from 'vitest'
import { experimentsOf } from '../experiments/profiles.ts'
import { hopAt } from './lab-settings.ts'
import { predictLoads } from './predict-loads.ts'

const calibration = { hopMs: 1, pacedHops: [], hopCpuMs: 0.2, callMs: 1, queryMs: 2, reportMs: 0 }
const options = { calibration, cores: 2, seed: 1 }
const predictions = experimentsOf('quick', { cores: 2 }).flatMap((experiment) =>
  predictLoads(experiment, options),
)

const predictionOf = (experiment: string, load: string) =>
  predictions.find((it) => it.experiment === experiment && it.load === load)

test('one client waits for hops, queries and delays', () => {
  expect(predictionOf('baseline', 'scenario-1')?.medianMs).toBe(500 + 2 * 1 + 2)
  expect(predictionOf('baseline', 'scenario-3')?.medianMs).toBe(4 * 1 + 2)
})

test('a slower call is added to the chain', () => {
  const slower = predictions.find(({ condition }) => condition === 'search-plus-100')
  expect(slower?.medianMs).toBe(100 + 4 * 1 + 2)
})

test('above the ceiling a third is refused', () => {
  const above = predictionOf('capacity', 'scenario-2-even-150')
  expect(above?.completedPerSecond).toBe(50)
  expect(above?.refusedShare).toBeCloseTo(1 / 3, 1)
})

test('even arrivals below the ceiling never wait, Poisson ones do', () => {
  expect(predictionOf('capacity', 'scenario-2-even-80')?.queueP95Ms).toBe(0)
  expect(predictionOf('capacity', 'scenario-2-poisson-80')?.queueP95Ms).toBeGreaterThan(20)
})

test('users of a closed loop wait for each other', () => {
  expect(predictionOf('capacity', 'scenario-2-closed-150')?.meanMs).toBe(300)
})

test('nothing is predicted of scenarios that disturb each other', () => {
  expect(predictionOf('together', 'scenario-1-with-2')).toBeUndefined()
})

test('each run of Poisson arrivals is predicted by its own start times', () => {
  const byRun = predictionOf('capacity', 'scenario-2-poisson-80')?.byRun?.queueP95Ms ?? []
  expect(byRun).toHaveLength(6)
  expect(new Set(byRun).size).toBe(6)
})

test('a hop after a pause has the cost that was measured at that rate', () => {
  const paced = [
    { perSecond: 100, hopMs: 3 },
    { perSecond: 1000, hopMs: 2 },
  ]
  const at = (perSecond: number) => hopAt({ ...calibration, pacedHops: paced }, perSecond)
  expect([at(10), at(100), at(1000), at(5000)]).toEqual([3, 3, 2, 2])
  expect(at(Math.sqrt(100 * 1000))).toBeCloseTo(2.5, 9)
})
