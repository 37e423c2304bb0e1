import { createDraw, shuffle } from '../../formats/random.ts'

// Six runs against six can be divided in 924 ways, which are all tried.
const exhaustive = 1000

/** All ways to choose `size` of the numbers from `from` to `all - 1`. */
export function* choices(all: number, size: number, from = 0): Generator<number[]> {
  if (size === 0) return yield []
  for (let next = from; next <= all - size; next++)
    for (const rest of choices(all, size - 1, next + 1)) yield [next, ...rest]
}

function countChoices(all: number, size: number): number {
  let count = 1
  for (let k = 1; k <= size; k++) count = (count * (all - size + k)) / k
  return Math.round(count)
}

function* drawnChoices(all: number, size: number, seed: number): Generator<number[]> {
  const draw = createDraw({ seed })
  const numbers = Array.from({ length: all }, (_, number) => number)
  yield numbers.slice(0, size)
  for (let n = 1; n < exhaustive; n++) yield shuffle(numbers, draw).slice(0, size)
}

/**
 * The share of all ways to divide m + n runs into groups of m and n for which `distance` is at
 * least as large as for the actual groups, the first m and the last n. Whole runs change sides,
 * because the requests of one run are alike. All ways are tried if there are up to 1000, otherwise
 * 1000 drawn ones, with the actual one among them (Phipson and Smyth, 2010).
 * @param distance between the runs that are marked and the others
 */
export function permutationP(
  [m, n]: [number, number],
  distance: (isFirst: readonly boolean[]) => number,
  { seed = 1 } = {},
): number {
  const all = m + n
  const isExhaustive = countChoices(all, m) <= exhaustive
  let actual: number | undefined
  let [tried, asLarge] = [0, 0]
  // The first of all choices is the actual one.
  for (const chosen of isExhaustive ? choices(all, m) : drawnChoices(all, m, seed)) {
    const isFirst = new Array<boolean>(all).fill(false)
    for (const run of chosen) isFirst[run] = true
    const found = distance(isFirst)
    actual ??= found
    tried++
    if (found >= actual) asLarge++
  }
  return asLarge / tried
}
