/** The mix of requests in a load of the study, and the percentiles that come from mixing them. */
import { pauseSeconds, profiles } from '../../model/load.ts'
import { leastMs, scenarioOf, scenarios } from '../../model/scenarios.ts'
import { settingOf } from '../../model/settings.ts'
import type { Run } from '../quantiles.ts'

/** Latencies of each scenario, in milliseconds, by its number. */
export type Latencies = ReadonlyMap<number, Run>

/** Users of scenarios 1, 2, 3 and 5 each, users of scenario 4, and clicks per second. */
export type Mix = Omit<(typeof profiles)['default'], 'seconds'>

/** The default load of the study. */
export const studyMix: Mix = profiles.default

/**
 * How long a scenario waits and computes by design, with the settings of the study, in milliseconds.
 */
const designedMs = (scenario: number) =>
  leastMs(scenarioOf(scenario), (_, setting) => Number(settingOf(setting).default))

/**
 * How many requests of a scenario a load of the study sends per second: its users over designed
 * wait and pause (the response time law); clicks arrive at their rate.
 */
function ratePerSecond(scenario: number, mix: Mix): number {
  const { users, reportUsers, clicksPerSecond } = mix
  if (scenario === 6) return clicksPerSecond
  const pause = pauseSeconds[scenario as keyof typeof pauseSeconds]
  return (scenario === 4 ? reportUsers : users) / (designedMs(scenario) / 1000 + pause)
}

/** The share of each scenario, by its number, in all requests of a load of the study. */
export function sharesIn(mix: Mix): Map<number, number> {
  const rates = scenarios.map(({ number }) => [number, ratePerSecond(number, mix)] as const)
  const total = rates.reduce((sum, [, rate]) => sum + rate, 0)
  return new Map(rates.map(([number, rate]) => [number, rate / total]))
}

/** The share of requests that wait or compute by design in a load of the study. */
export const shareThatWaits = (mix: Mix): number =>
  [...sharesIn(mix)].reduce(
    (sum, [scenario, share]) => sum + (designedMs(scenario) > 0 ? share : 0),
    0,
  )

/** The least value at or below which the weights reach the share `p` of all. */
export function weightedQuantile(
  values: readonly { value: number; weight: number }[],
  p: number,
): number {
  const sorted = values.toSorted((a, b) => a.value - b.value)
  const total = sorted.reduce((sum, { weight }) => sum + weight, 0)
  let below = 0
  for (const { value, weight } of sorted) {
    below += weight
    if (below >= p * total) return value
  }
  return Number.NaN
}

/** A percentile of all scenarios at once, each with its share in a load of the study. */
export function mixedQuantile(latencies: Latencies, mix: Mix, p: number): number {
  const shares = sharesIn(mix)
  const weighted = [...latencies].flatMap(([scenario, run]) => {
    const weight = (shares.get(scenario) ?? 0) / run.length
    return run.map((value) => ({ value, weight }))
  })
  return weightedQuantile(weighted, p)
}
