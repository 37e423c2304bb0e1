/** What a measurement shows, in sentences for those who meet its subject for the first time. */
import { pathsOf } from '../../model/paths.ts'
import type { Measurement } from '../measurement.ts'
import { inUnit, prose, rounded } from './figures.ts'
import { loadOf } from './mistakes.ts'

const isKnown = (value: number | undefined): value is number => Number.isFinite(value)

const ms = (value: number) => inUnit(value, 'ms')
const share = (value: number) => inUnit(value * 100, '%')

/** Waiting begins below the ceiling: arrivals decide, not the load alone. */
function lessonOfWait(measurement: Measurement): string | undefined {
  const [even, poisson] = ['scenario-2-even-80', 'scenario-2-poisson-80'].map(
    (load) => loadOf(measurement, { experiment: 'capacity', load })?.figures.queueP95Ms.value,
  )
  if (!isKnown(even) || !isKnown(poisson)) return undefined
  return prose`Waiting begins before the slots are full: at ${share(0.8)} of the ceiling, one payment in
    twenty waits ${ms(poisson)} or longer for a slot if clients come at random, and ${ms(even)} if
    they come at even distances.`
}

/** Above the ceiling, more load is refused, and the rest waits longest. */
function lessonOfRefusal(measurement: Measurement): string | undefined {
  const load = loadOf(measurement, { experiment: 'capacity', load: 'scenario-2-even-150' })
  const delay = Number(measurement.settings.capacity?.PAYMENT_DELAY_MS)
  const [refused, median] = [load?.figures.refusedShare.value, load?.figures.medianMs.value]
  if (!isKnown(refused) || !isKnown(median) || !(delay > 0)) return undefined
  return prose`A caller that waits holds its slot: at ${share(1.5)} of the ceiling,
    ${share(refused)} of the payments are refused, and the others take ${ms(median)}
    instead of ${ms(delay)}.`
}

const callsOfUpdate = pathsOf('fail')[3].calls?.length ?? 0

/** A chain of calls takes as long as all of them together. */
function lessonOfHop(measurement: Measurement): string | undefined {
  const [update, click] = ['scenario-3', 'scenario-6'].map(
    (load) => loadOf(measurement, { experiment: 'baseline', load })?.figures.medianMs.value,
  )
  if (!isKnown(update) || !isKnown(click)) return undefined
  return prose`Each call has its price: a click, which calls nobody, takes ${ms(click)}; a product
    update, which waits for ${callsOfUpdate} calls and a query in turn, takes ${ms(update)},
    ${rounded(update / click)} times as long.`
}

/** At most three, each only if its loads were measured. */
export const lessonsOf = (measurement: Measurement): string[] =>
  [lessonOfWait, lessonOfRefusal, lessonOfHop]
    .map((lesson) => lesson(measurement))
    .filter((sentence) => sentence !== undefined)
