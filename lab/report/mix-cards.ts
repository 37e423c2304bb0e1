/** Mistakes about mixing the six scenarios. */
import { percent } from '../../formats/table.ts'
import { loadName } from '../experiments/together.ts'
import { latenciesOf } from '../judge/summarize-load.ts'
import { inUnit, prose, rounded } from './figures.ts'
import { type BuildCard, countErrors, mixScenarios } from './mistakes.ts'
import { type SampleSource, samplesByScenario } from './sample-sets.ts'
import { shareThatWaits, studyMix } from './study-mix.ts'

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

const timesInWords = (first: number, second: number) =>
  `${rounded(Math.max(first, second) / Math.min(first, second))} times`

/** Two loads, in neither of which anything is saturated, and one percentile of all scenarios. */
export const mixedPercentile: BuildCard = (source) => {
  const latencies = latenciesAlone(source)
  if (!latencies) return undefined
  const [before, after] = mixScenarios(latencies, [few, many])
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
      figure: `${timesInWords(before, after)} ${isFaster ? 'faster' : 'slower'}`,
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
