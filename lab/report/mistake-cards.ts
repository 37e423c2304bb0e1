/** Mistakes about arrivals, warm-up and repeats, and the cards of all mistakes. */

import { html } from 'hono/html'
import { percent } from '../../formats/table.ts'
import { inUnit, prose } from './figures.ts'
import {
  averagePercentiles,
  type BuildCard,
  compareLoops,
  comparePair,
  countedByRun,
  type Headline,
  keepWarmup,
  loadOf,
  type MistakeCard,
  omitWaits,
  type SampleSource,
  samplesByRun,
  warmupOf,
} from './mistakes.ts'
import { intendedErrors, mixedPercentile } from './study-mix.ts'

const payments = (load: string) => ({ experiment: 'capacity', load: `scenario-2-${load}` })
const overload = payments('even-150')
const closed = payments('closed-150')
const busy = payments('poisson-95')

const ms = (value: number) => inUnit(value, 'ms')

/** Users that wait for their answers, where the question is about arrivals. */
const closedLoop: BuildCard = (source) => {
  const [open, users] = [overload, closed].map((choice) => countedByRun(source, choice).flat())
  if (!open?.length || !users?.length) return undefined
  const { right, wrong } = compareLoops(open, users)
  return {
    id: 'closed-loop',
    title: 'A closed loop where capacity is asked',
    right: {
      figure: `${percent(right.refused)} refused`,
      sentence: prose`At 1.5 times the ceiling, arrivals that do not wait fill the queue; the rest
        takes ${ms(right.p95Ms)} (p95).`,
    },
    wrong: {
      figure: `${percent(wrong.refused)} refused`,
      sentence: `“1.5 times as many users as slots are no problem: p95 is ${ms(wrong.p95Ms)}.”`,
    },
    why: prose`Users that wait for an answer ask a slow service less often. A closed loop cannot
      offer more than the service completes.`,
    from: prose`payments at 1.5 times the ceiling: open arrivals, and 1.5 users per slot
      (experiment capacity)`,
  }
}

/** The time in which the queue fills, counted as if it were the steady state. */
const noWarmup: BuildCard = (source) => {
  const samples = samplesByRun(source, overload).flat()
  const warmup = warmupOf(source, overload)
  if (samples.length === 0 || warmup === 0) return undefined
  const { right, wrong } = keepWarmup(samples, warmup)
  return {
    id: 'warm-up',
    title: 'No warm-up cut',
    right: {
      figure: `${percent(right)} refused`,
      sentence: 'Counted from the moment when the queue is full.',
    },
    wrong: {
      figure: `${percent(wrong)} refused`,
      sentence: '“The service copes better than theory says.”',
    },
    why: prose`While the queue fills, nothing is refused. The first ${ms(warmup * 1000)}
      of each run say how the run began, not what the load costs.`,
    from: 'payments at 1.5 times the ceiling, open arrivals (experiment capacity)',
  }
}

/** The average that a dashboard draws. */
const averagedPercentiles: BuildCard = (source) => {
  const runs = countedByRun(source, busy)
  if (runs.length === 0) return undefined
  const { right, wrong } = averagePercentiles(runs)
  return {
    id: 'averages',
    title: 'An average of percentiles',
    right: { figure: ms(right), sentence: 'One request in twenty takes longer than this.' },
    wrong: { figure: ms(wrong), sentence: '“p95, averaged over the run.”' },
    why: prose`A percentile of each second, averaged over the seconds, is a percentile of nothing:
      a bad second has more slow requests, but the same weight.`,
    from: prose`payments with Poisson arrivals at 95 % of the ceiling (experiment capacity), per
      second and as a whole`,
  }
}

/** Coordinated omission. */
const waitingArrivals: BuildCard = (source) => {
  const samples = countedByRun(source, busy).flat()
  if (samples.length === 0) return undefined
  const { right, wrong } = omitWaits(samples)
  return {
    id: 'omission',
    title: 'Arrivals that wait for answers',
    right: { figure: ms(right), sentence: 'p95, from the moment when each request was due.' },
    wrong: { figure: ms(wrong), sentence: '“p95, from the moment when each request was sent.”' },
    why: prose`A client with as many connections as the service has slots sends the next request
      when an answer has come. Every request starts as before, but it now waits in the client,
      where nobody counts it (coordinated omission).`,
    from: prose`payments with Poisson arrivals at 95 % of the ceiling (experiment capacity),
      without their wait for a slot`,
  }
}

const update = { experiment: 'baseline', load: 'scenario-3' }

/** One run before, one run after, and nothing changed in between. */
const twoRuns: BuildCard = (source) => {
  const runs = countedByRun(source, update).map((samples) => samples.map((it) => it.latencyMs))
  if (runs.length < 3) return undefined
  const load = loadOf(source.measurement, update)
  if (!load) return undefined
  const { value, interval } = load.figures.medianMs
  const within = interval ? ` (${ms(interval.low)} to ${ms(interval.high)})` : ''
  return {
    id: 'two-runs',
    title: 'Two runs',
    right: {
      figure: ms(value),
      sentence: `The median over all ${load.runs} runs${within}.`,
    },
    wrong: {
      figure: `${percent(comparePair(runs))} slower`,
      sentence: '“Before and after, measured once each.”',
    },
    why: prose`Nothing changed between these runs. Of ${runs.length} equal runs, the slowest and
      the fastest differ by ${percent(comparePair(runs))}, and a comparison of two runs cannot know
      which ones it got.`,
    from: 'the medians of product updates by one client (experiment baseline)',
  }
}

const builders: readonly BuildCard[] = [
  mixedPercentile,
  intendedErrors,
  closedLoop,
  waitingArrivals,
  noWarmup,
  averagedPercentiles,
  twoRuns,
]

/** Every mistake for which the runs have samples. */
export const buildCards = (source: SampleSource): MistakeCard[] =>
  builders.map((build) => build(source)).filter((card) => card !== undefined)

const headline = (kind: 'right' | 'wrong', { figure, sentence }: Headline) =>
  html`<div class="${kind}"><p class="headline">${figure}</p><p>${sentence}</p></div>`

const choice = (id: string, value: 'right' | 'wrong', label: string) =>
  html`<label><input type="radio" name="${id}"
value="${value}"${value === 'right' ? ' checked' : ''}>${label}</label>`

const renderCard = ({ id, title, right, wrong, why, from }: MistakeCard) => html`
<article class="card" aria-labelledby="mistake-${id}">
<h3 id="mistake-${id}">${title}</h3>
<div class="switch" role="radiogroup" aria-labelledby="mistake-${id}">
${choice(id, 'right', 'as it is')}${choice(id, 'wrong', 'with the mistake')}</div>
<div aria-live="polite">${headline('right', right)}${headline('wrong', wrong)}</div>
<p>${why}</p>
<p class="note">From ${from}.</p>
</article>`

/** The same samples under well-known mistakes, one switch each; `undefined` without samples. */
export function mistakesSection(source: SampleSource) {
  const cards = buildCards(source)
  if (cards.length === 0) return undefined
  return html`<p>The samples of this measurement, analysed again with one well-known mistake each.
Nothing else changes: switch, and see what the headline would have been.</p>
<div class="cards">${cards.map(renderCard)}</div>`
}
