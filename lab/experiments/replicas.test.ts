import { expect, test } from 'vitest'
import { withDefaults } from '../predict/lab-settings.ts'
import { predictLoads } from '../predict/predict-loads.ts'
import { experimentsOn } from './profiles.ts'

const settings = withDefaults({ CONCURRENCY: 20 })
const [experiment] = experimentsOn('quick', settings)
if (!experiment) throw new Error('There is no experiment')

const calibration = { hopMs: 1, pacedHops: [], hopCpuMs: 0.2, callMs: 1, queryMs: 2, reportMs: 0 }
const predictions = predictLoads(experiment, { calibration, cores: 2, seed: 1 })
const predictionOf = (count: number, scenario: number) =>
  predictions.find(
    ({ condition, load }) => condition === String(count) && load === `scenario-${scenario}`,
  )

test.each([1, 2, 4, 100, 1000])('%d replicas have so many times the slots', (count) => {
  // A registration holds a slot of user for the delay, one hop and one query.
  expect(predictionOf(count, 1)?.completedPerSecond).toBeCloseTo((count * 20) / 0.503, 6)
  expect(predictionOf(count, 2)?.completedPerSecond).toBeCloseTo((count * 20) / 2, 6)
})

test('every ceiling is simulated, the largest are not measured', () => {
  expect(experiment.conditions.map(({ name }) => name)).toEqual(['1', '2', '4'])
  const simulated = predictionOf(1000, 2)?.simulatedPerSecond
  expect(simulated).toEqual({ 'round-robin': 10_000, random: 10_000 })
})

test('loads are above the ceiling, with users for all that wait', () => {
  for (const { loads, replicas } of experiment.conditions)
    for (const load of loads) {
      if (load.arrivals === 'closed') throw new Error(`${load.name} is a closed loop`)
      const slots = (replicas?.count ?? 0) * 20
      const holdSeconds = load.scenario === 1 ? 0.5 : 2
      const queued = (load.perSecond - slots / holdSeconds) * load.seconds
      expect(queued).toBeGreaterThan(0)
      expect(load.maxUsers).toBeGreaterThanOrEqual(slots + queued)
    }
})

test('a warm-up is longer than the slots take to fill', () => {
  for (const { loads } of experiment.conditions)
    for (const { scenario, warmupSeconds } of loads)
      expect(warmupSeconds).toBeGreaterThan(scenario === 1 ? 1 : 4)
})
