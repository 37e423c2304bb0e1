import { percent } from '../../formats/table.ts'
import { median } from '../quantiles.ts'
import { inUnit, prose } from './figures.ts'
import { type BuildCard, comparePair } from './mistakes.ts'
import { countedByRun } from './sample-sets.ts'

const update = { experiment: 'baseline', load: 'scenario-3' }

/** One run before, one run after, and nothing changed in between. */
export const twoRuns: BuildCard = (source) => {
  const runs = countedByRun(source, update).map((samples) => samples.map((it) => it.latencyMs))
  if (runs.length < 3) return undefined
  const { measured, gate } = source.measurement
  const load = measured.find(
    ({ experiment, load }) => experiment === update.experiment && load === update.load,
  )
  const interval = load?.medianMs.interval
  const within = interval
    ? `, between ${inUnit(interval.low, 'ms')} and ${inUnit(interval.high, 'ms')}`
    : ''
  return {
    id: 'two-runs',
    title: 'Two runs',
    right: {
      figure: 'no difference',
      sentence: prose`The median over ${runs.length} runs is
        ${inUnit(median(runs.flat()), 'ms')}${within}. Equal runs of this lab differ by up to
        ${percent(gate.noise)}.`,
    },
    wrong: {
      figure: `${percent(comparePair(runs))} slower`,
      sentence: '“Before and after, measured once each.”',
    },
    why: prose`Nothing changed between these runs. Of ${runs.length} equal runs, the slowest and
      the fastest differ by this much, and a comparison of two runs cannot know which ones it got.`,
    from: 'the medians of product updates by one client (experiment baseline)',
  }
}
