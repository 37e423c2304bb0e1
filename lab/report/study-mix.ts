/** The mix of requests in a load of the study, and mistakes about it. */
import { sum } from 'simple-statistics'
import type { LoadSample } from '../../formats/samples.ts'
import { percent } from '../../formats/table.ts'
import { pauseSeconds, profiles } from '../../model/load.ts'
import { leastMs, scenarioOf, scenarios } from '../../model/scenarios.ts'
import { settingOf } from '../../model/settings.ts'
import { loadName } from '../experiments/together.ts'
import { isServed, latenciesOf } from '../judge/summarize-load.ts'
import type { Run } from '../quantiles.ts'
import { inUnit, prose, rounded } from './figures.ts'
import { type BuildCard, type Figures, type SampleSource, samplesByScenario } from './mistakes.ts'

/** Latencies of each scenario, in milliseconds, by its number. */
export type Latencies = ReadonlyMap<number, Run>

/** Users of scenarios 1, 2, 3 and 5 each, users of scenario 4, and clicks per second. */
export type Mix = Omit<(typeof profiles)['default'], 'seconds'>

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
function sharesIn(mix: Mix): Map<number, number> {
  const rates = scenarios.map(({ number }) => [number, ratePerSecond(number, mix)] as const)
  const total = sum(rates.map(([, rate]) => rate))
  return new Map(rates.map(([number, rate]) => [number, rate / total]))
}

/** The share of requests that wait or compute by design in a load of the study. */
export const shareThatWaits = (mix: Mix): number =>
  sum([...sharesIn(mix)].map(([scenario, share]) => (designedMs(scenario) > 0 ? share : 0)))

/** The least value at or below which the weights reach the share `p` of all. */
export function weightedQuantile(
  values: readonly { value: number; weight: number }[],
  p: number,
): number {
  const sorted = values.toSorted((a, b) => a.value - b.value)
  const total = sum(sorted.map(({ weight }) => weight))
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

/** Intended 400s counted as errors: the share of errors in a load of the study. */
export function countErrors(
  samples: ReadonlyMap<number, readonly LoadSample[]>,
  mix: Mix,
): Figures {
  const shares = sharesIn(mix)
  const shareOf = (isError: (scenario: number, sample: LoadSample) => boolean) =>
    sum(
      [...samples].map(([scenario, all]) => {
        const errors = all.filter((sample) => isError(scenario, sample)).length
        return ((shares.get(scenario) ?? 0) * errors) / all.length
      }),
    )
  return {
    right: shareOf((_, sample) => !isServed(sample)),
    wrong: shareOf((scenario, sample) => !isServed(sample) || scenarioOf(scenario).status >= 400),
  }
}

const allSix = [1, 2, 3, 4, 5, 6]
const few = { ...studyMix, clicksPerSecond: studyMix.clicksPerSecond / 2 }
const many = { ...studyMix, clicksPerSecond: studyMix.clicksPerSecond * 2 }

const latenciesAlone = (source: SampleSource) => {
  const samples = samplesByScenario(source, (scenario) => ({
    experiment: 'baseline',
    load: `scenario-${scenario}`,
  }))
  return samples && new Map([...samples].map(([scenario, all]) => [scenario, latenciesOf(all)]))
}

/** Two loads, in neither of which anything is saturated, and one percentile of all scenarios. */
export const mixedPercentile: BuildCard = (source) => {
  const latencies = latenciesAlone(source)
  if (!latencies) return undefined
  const p95In = (mix: Mix) => mixedQuantile(latencies, mix, 0.95)
  const [before, after] = [p95In(few), p95In(many)]
  const factor = Math.max(before, after) / Math.min(before, after)
  const isFaster = before > after
  return {
    id: 'mixed',
    title: 'All scenarios in one percentile',
    right: {
      figure: 'no change',
      sentence: prose`The 95th percentile of each scenario is the same in both loads: these are the
        same requests.`,
    },
    wrong: {
      figure: `${rounded(factor)} times ${isFaster ? 'faster' : 'slower'}`,
      sentence: prose`“With ${many.clicksPerSecond} instead of ${few.clicksPerSecond} clicks per
        second, p95 ${isFaster ? 'falls' : 'rises'} from ${inUnit(before, 'ms')} to
        ${inUnit(after, 'ms')}.”`,
    },
    why: prose`Nothing is saturated: one client sent every request alone, and both loads leave
      slots free. Only the share of clicks differs. Requests that wait by design (registration,
      payment, report) are ${percent(shareThatWaits(few))} of one mix and
      ${percent(shareThatWaits(many))} of the other: as their share crosses 5 %, the percentile
      jumps from one kind of request to another.`,
    from: prose`each scenario alone with one client (experiment baseline), weighted by the rates
      of the study’s default load with half and with twice its clicks`,
  }
}

/** The saga's 400, which is its designed answer. */
export const intendedErrors: BuildCard = (source) => {
  const samples = samplesByScenario(source, (scenario) => ({
    experiment: 'together',
    load: loadName(scenario, allSix),
  }))
  if (!samples) return undefined
  const { right, wrong } = countErrors(samples, studyMix)
  return {
    id: 'errors',
    title: 'The intended 400 as an error',
    right: {
      figure: `${percent(right)} errors`,
      sentence: 'Every answer is compared with the designed one of its scenario.',
    },
    wrong: {
      figure: `${percent(wrong)} errors`,
      sentence: `“The system fails one request in ${Math.round(1 / wrong)} under load.”`,
    },
    why: prose`The saga answers 400 because its payment is refused by design and the stock was
      released. The error rate is then no more than the share of orders in the load.`,
    from: prose`all six scenarios at once (experiment together), weighted by the rates of the
      default load of the study`,
  }
}
