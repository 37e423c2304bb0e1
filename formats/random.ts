/** Random numbers that a seed, a whole number, repeats. */
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64'
import { uniformInt } from 'pure-rand/distribution/uniformInt'
// Its first numbers are random for small and neighbouring seeds, too, which those of
// xoroshiro128+ are not.
import { mersenne } from 'pure-rand/generator/mersenne'

/** Draws the next number from 0 to 1, 1 excluded. */
export type Random = () => number

// Each seed has so many streams.
const streams = 4

/** @param stream independent numbers of the same seed */
export function createRandom(seed: number, stream: 0 | 1 | 2 | 3 = 0): Random {
  const generator = mersenne(seed * streams + stream)
  return () => uniformFloat64(generator)
}

/** Draws from the exponential distribution. The logarithm must not see 0. */
export const drawExponential = (random: Random, mean: number): number =>
  -mean * Math.log(1 - random())

/** Draws an index from 0 to `length`, `length` excluded. */
export type DrawIndex = (length: number) => number

export function createDraw({ seed = 1 } = {}): DrawIndex {
  const generator = mersenne(seed)
  return (length) => uniformInt(generator, 0, length - 1)
}

/** A copy in random order, by Fisher and Yates. */
export function shuffle<T>(values: readonly T[], draw: DrawIndex): T[] {
  const shuffled = [...values]
  for (let last = shuffled.length - 1; last > 0; last--) {
    const other = draw(last + 1)
    const kept = shuffled[last] as T
    shuffled[last] = shuffled[other] as T
    shuffled[other] = kept
  }
  return shuffled
}
