import { expect, test } from 'vitest'
import { generate } from '../../lab/measure/generator.ts'
import { drawStartTimes } from '../../lab/predict/arrivals.ts'
import { quantile } from '../../lab/quantiles.ts'
import type { Load } from '../../model/load-plan.ts'
import { startTestLab } from './k6.ts'
import { planOf } from './plan.ts'

const dueMs = drawStartTimes({ arrivals: 'poisson', perSecond: 60, seconds: 4, seed: 3 })
const common = { startSeconds: 0, seconds: 4 }
const loads: readonly Load[] = [
  { ...common, name: 'poisson', scenario: 2, arrivals: 'poisson', dueMs, maxUsers: 50 },
  { ...common, name: 'even', scenario: 6, arrivals: 'even', perSecond: 50, maxUsers: 20 },
]

test('two generators send each request that one would send', async () => {
  const { urls } = await startTestLab({}, { functions: ['payment', 'analytics'] })
  const one = await generate({ plan: planOf(urls, loads) })
  const two = await generate({ plan: planOf(urls, loads), generators: ['k6', 'env k6'] })
  const rounded = (ms: number) => Number(ms.toFixed(3))
  const dueIn = ({ samples }: typeof one) =>
    samples
      .filter(({ load }) => load === 'poisson')
      .map((sample) => sample.dueMs)
      .sort((a, b) => a - b)
  expect(dueIn(one)).toEqual(dueMs.map(rounded))
  expect(dueIn(two)).toEqual(dueIn(one))
  const clicks = ({ samples }: typeof one) => samples.filter(({ load }) => load === 'even').length
  expect(Math.abs(clicks(two) - clicks(one))).toBeLessThanOrEqual(2)
  const median = ({ samples }: typeof one) =>
    quantile(
      samples.filter(({ load }) => load === 'poisson').map((sample) => sample.latencyMs),
      0.5,
    )
  // Payments wait 200 ms in either case.
  expect(median(two) / median(one)).toBeCloseTo(1, 1)
})
