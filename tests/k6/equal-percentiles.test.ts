import { expect, test } from 'vitest'
import { compareRuns, fewestRuns, noiseFloor } from '../../lab/judge/compare.ts'
import { mannWhitney } from '../../lab/judge/rank-test.ts'
import { generate } from '../../lab/measure/generator.ts'
import { drawStartTimes } from '../../lab/predict/arrivals.ts'
import { quantile, type Run } from '../../lab/quantiles.ts'
import type { Load, LoadPlan } from '../../model/load-plan.ts'
import { startTestLab } from './k6.ts'

// Four slots of 100 ms serve 40 payments per second: at 30 they wait for each other, so that a load
// with another rate or another spacing has other percentiles.
const settings = { CONCURRENCY: '4', PAYMENT_DELAY_MS: '100' }
const seconds = 1.5
const common = { startSeconds: 0, seconds, arrivals: 'poisson', maxUsers: 60 } as const
const dueMs = (perSecond: number) =>
  drawStartTimes({ arrivals: 'poisson', perSecond, seconds, seed: 5 })
const loads: readonly Load[] = [
  { ...common, name: 'payments', scenario: 2, dueMs: dueMs(30) },
  { ...common, name: 'clicks', scenario: 6, dueMs: dueMs(100) },
]

let runs = 0
const planFor = (urls: LoadPlan['urls']): LoadPlan => ({
  id: `percentiles-${Date.now()}-${runs++}`,
  urls,
  timeoutMs: 5000,
  settings: {},
  loads,
})

/** The latencies of each load in one run. */
async function latenciesOf(plan: LoadPlan, generators: string[]): Promise<Run[]> {
  const { samples } = await generate({ plan, generators })
  return loads.map(({ name }) => samples.filter((it) => it.load === name).map((it) => it.latencyMs))
}

// Of equal labs, one pair in fifty is called different by its medians or its shape, and one in two
// hundred by its 95th percentiles: two loads may differ by chance once, but hardly twice.
const p95Level = 0.005
const chance = { retry: 1 }

test('two generators measure the percentiles that one measures', chance, async () => {
  const { urls } = await startTestLab(settings)
  const one: Run[][] = []
  const two: Run[][] = []
  for (let repeat = 0; repeat < fewestRuns; repeat++) {
    one.push(await latenciesOf(planFor(urls), ['k6']))
    two.push(await latenciesOf(planFor(urls), ['k6', 'env k6']))
  }
  for (const [index, { name }] of loads.entries()) {
    const [ones, twos] = [one, two].map((runs) => runs.map((of) => of[index] ?? []))
    if (!ones || !twos) throw new Error('There are two groups of runs')
    const { verdict, reason } = compareRuns(ones, twos, { noise: noiseFloor(ones) })
    expect.soft(['no difference', 'not resolved'], `${name}: ${reason}`).toContain(verdict)
    const p95 = (runs: Run[]) => runs.map((run) => quantile(run, 0.95))
    expect.soft(mannWhitney(p95(twos), p95(ones)).p, `${name}: p95`).toBeGreaterThan(p95Level)
  }
})
