/** Measures two commits in one go, interleaved start by start, so that they share the machine's mood. */
import { createDraw, shuffle } from '../../formats/random.ts'
import { hashSeed } from '../seeds.ts'
import { makeStart, predictLab } from './measure-lab.ts'
import type { MeasureOptions } from './open-lab.ts'

export type Side = MeasureOptions & { name: string }

export type MeasureCommitsOptions = {
  sides: readonly [Side, Side]
  /** The starts of each side at first. */
  starts: number
  mostStarts: number
  /** How many starts of each side would settle the comparison, from the runs so far. */
  startsNeeded: () => Promise<number>
  say: (line: string) => void
}

/** Makes the starts of both sides from one number to another; who begins is random. */
async function makePairs(
  { sides, say }: MeasureCommitsOptions,
  from: number,
  to: number,
): Promise<void> {
  for (let start = from; start < to; start++) {
    const draw = createDraw({ seed: hashSeed(sides[0].seed, 'sides', start) })
    for (const side of shuffle(sides, draw)) {
      say(`Start ${start + 1} of ${to}: ${side.name}`)
      await makeStart(start, start + 1, side)
    }
  }
}

/**
 * Measures in two stages: the first says how much runs and starts differ, and so how many are
 * needed; the comparison is made once, after the second, so that nothing is looked at until it
 * pleases.
 * @returns the starts of each side
 * @throws as `measureLab` does
 */
export async function measureCommits(options: MeasureCommitsOptions): Promise<number> {
  const { sides, starts, mostStarts, startsNeeded, say } = options
  for (const side of sides) {
    say(`Calibrating ${side.name} …`)
    await predictLab(side)
  }
  await makePairs(options, 0, starts)
  const needed = Math.min(mostStarts, await startsNeeded())
  if (needed <= starts) return starts
  say(`Runs and starts differ so much that each side needs ${needed} starts.`)
  await makePairs(options, starts, needed)
  return needed
}
