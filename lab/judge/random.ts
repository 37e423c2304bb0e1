import { uniformInt } from 'pure-rand/distribution/uniformInt'
import { mersenne } from 'pure-rand/generator/mersenne'

/** Draws an index from 0 to `length`, `length` excluded. */
export type DrawIndex = (length: number) => number

/** A source of indices that repeats itself with the same seed. */
export function createDraw({ seed = 1 } = {}): DrawIndex {
  // Its first numbers are random for small seeds, too, which those of xoroshiro128+ are not.
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
