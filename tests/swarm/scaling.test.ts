import { afterAll, expect, test } from 'vitest'
import { scheduleRuns } from '../../lab/experiment.ts'
import { experimentsOn } from '../../lab/experiments/profiles.ts'
import { lastShares } from '../../lab/judge/replica-shares.ts'
import { summarizeLoad } from '../../lab/judge/summarize-load.ts'
import { describePlatform, openPlatform, runScale } from '../../lab/measure/platform.ts'
import { makeRun } from '../../lab/measure/run.ts'
import type { Platform } from '../../lab/measurement.ts'
import { predictLoads } from '../../lab/predict/predict-loads.ts'
import { services } from '../../model/services.ts'
import { replicas, scale } from './swarm.ts'

// A payment waits for nobody else: the cost of a hop does not matter.
const calibration = { hopMs: 1, pacedHops: [], hopCpuMs: 0.5, callMs: 1, queryMs: 1, reportMs: 0 }

/** Payments above the ceiling of so many replicas, as the lab measures them once. */
function paymentsWith(count: number, { settings }: Platform) {
  const [experiment] = experimentsOn('quick', settings)
  const condition = experiment?.conditions.find(({ name }) => name === String(count))
  const load = condition?.loads.find(({ scenario }) => scenario === 2)
  if (!experiment || !condition || !load) throw new Error(`${count} replicas are not measured`)
  const only = {
    name: condition.name,
    loads: [{ ...load, startSeconds: 0 }],
    replicas: { of: ['payment'] as const, count },
  }
  return { ...experiment, conditions: [only], simulated: [], starts: 1, runsPerStart: 1 }
}

afterAll(() => runScale(scale, { service: services.payment.name, count: replicas }))

test.each([1, 2])(
  '%d replicas of payment reach the predicted ceiling',
  async (count) => {
    const platform = await describePlatform({ baseUrl: 'http://localhost', firstPort: 8001, scale })
    const experiment = paymentsWith(count, platform)
    const [prediction] = predictLoads(experiment, { calibration, cores: 1, seed: 1 })
    const [planned] = scheduleRuns(experiment, { seed: 1 })
    const [spec] = experiment.conditions[0]?.loads ?? []
    if (!planned || !prediction || !spec) throw new Error('Nothing is planned')
    const run = await makeRun(planned, openPlatform(platform))
    const measured = summarizeLoad(prediction, spec, [run])
    const shares = lastShares(measured).map(({ share }) => share)
    const { value } = measured.figures.completedPerSecond
    console.log(`${count}: ${value.toFixed(1)}/s of ${prediction.completedPerSecond}/s`, shares)
    expect(Math.abs(value / (prediction.completedPerSecond ?? 0) - 1)).toBeLessThan(0.1)
    expect(shares).toHaveLength(count)
    for (const share of shares) expect(Math.abs(share * count - 1)).toBeLessThan(0.1)
  },
  120_000,
)
