import { createRandom, drawExponential, type Random } from '../../formats/random.ts'

/**
 * How requests arrive: at equal distances, as k6 sends them, or as a Poisson process, the arrivals
 * of many independent clients.
 */
export const arrivalProcesses = ['even', 'poisson'] as const
export type ArrivalProcess = (typeof arrivalProcesses)[number]

/** Open arrivals at a mean rate; the seed, a whole number, repeats what is random. */
export type Load = { arrivals: ArrivalProcess; perSecond: number; seed?: number }

type Gaps = Omit<Load, 'seed'> & { random: Random }

/** Draws the times between arrivals one after another, in milliseconds. */
export function createGaps({ arrivals, perSecond, random }: Gaps): () => number {
  const mean = 1000 / perSecond
  return arrivals === 'even' ? () => mean : () => drawExponential(random, mean)
}

/**
 * When to send each request of a load, drawn beforehand, so that no slow answer delays one: open
 * arrivals.
 * @returns sorted due times in milliseconds from the start, all before the end
 * @throws RangeError unless rate and duration are above 0
 */
export function drawStartTimes(load: Required<Load> & { seconds: number }): number[] {
  const { arrivals, perSecond, seconds, seed } = load
  if (!(perSecond > 0 && seconds > 0))
    throw new RangeError(`A load needs a rate and a duration above 0: ${perSecond}/s, ${seconds} s`)
  const gap = createGaps({ arrivals, perSecond, random: createRandom(seed) })
  const times: number[] = []
  // Even arrivals are computed one by one: a sum of gaps would drift.
  const next = (last: number) =>
    arrivals === 'even' ? (times.length * 1000) / perSecond : last + gap()
  const endMs = seconds * 1000
  const first = arrivals === 'even' ? 0 : gap()
  for (let due = first; due < endMs; due = next(due)) times.push(due)
  return times
}
