import { expect, test } from 'vitest'
import { compareLoads } from '../../lab/judge/compare.ts'
import { fewestRuns } from '../../lab/judge/estimate.ts'
import { generate } from '../../lab/measure/generator.ts'
import { drawStartTimes } from '../../lab/predict/arrivals.ts'
import { quantile, type Run } from '../../lab/quantiles.ts'
import type { Load, LoadPlan } from '../../model/load-plan.ts'
import { startTestLab } from './k6.ts'
import { planOf } from './plan.ts'

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

/** The latencies of each load in one run. */
async function latenciesOf(urls: LoadPlan['urls'], generators: string[]): Promise<Run[]> {
  const { samples } = await generate({ plan: planOf(urls, loads), generators })
  return loads.map(({ name }) => samples.filter((it) => it.load === name).map((it) => it.latencyMs))
}

// Of equal loads, any percentile is called different by chance in one of twenty comparisons, but
// hardly twice.
const chance = { retry: 1 }

test('two generators measure the percentiles that one measures', chance, async () => {
  const { urls } = await startTestLab(settings, { functions: ['payment', 'analytics'] })
  // The first requests meet a cold lab, and would hide any difference.
  await latenciesOf(urls, ['k6'])
  const one: Run[][] = []
  const two: Run[][] = []
  for (let repeat = 0; repeat < fewestRuns; repeat++) {
    one.push(await latenciesOf(urls, ['k6']))
    two.push(await latenciesOf(urls, ['k6', 'env k6']))
  }
  const figures = loads.flatMap(({ name }, index) =>
    [0.5, 0.95].map((p) => {
      // Runs were made in turns: each pair of them is compared as one of two starts is.
      const valuesOf = (runs: Run[][]) => runs.map((of) => [quantile(of[index] ?? [], p)])
      return { name: `${name}, quantile ${p}`, before: valuesOf(one), after: valuesOf(two) }
    }),
  )
  const judged = compareLoads(figures, { interleaved: true })
  for (const [index, { name }] of figures.entries())
    expect
      .soft(['alike', 'open'], `${name}: ${judged[index]?.text}`)
      .toContain(judged[index]?.verdict)
})
