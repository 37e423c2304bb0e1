/** Measures two commits in one go: their runs take turns, so that they share the machine's mood. */
import { makeStart } from './make-start.ts'
import { predictLab } from './measure-lab.ts'
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
  for (let start = 0; start < starts; start++) await makeStart({ start, starts, sides })
  const needed = Math.min(mostStarts, await startsNeeded())
  if (needed <= starts) return starts
  say(`Runs and starts differ so much that each side needs ${needed} starts.`)
  for (let start = starts; start < needed; start++)
    await makeStart({ start, starts: needed, sides })
  return needed
}
