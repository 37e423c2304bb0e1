/** Values of runs, by start of the lab. */
import type { RunValues } from '../load-figures.ts'

/** The runs of each start that have a value; starts without one are left out. */
export const knownRuns = (values: RunValues): number[][] =>
  values
    .map((start) => start.filter((value): value is number => Number.isFinite(value)))
    .filter(({ length }) => length > 0)

/** Changes each value; `run` counts over all starts, from 0. */
export function mapRuns(
  values: RunValues,
  change: (value: number, run: number) => number,
): RunValues {
  let count = 0
  return values.map((start) =>
    start.map((value) => {
      const run = count++
      return value === null ? null : change(value, run)
    }),
  )
}

/** Combines two loads run by run; a run that has only one of them says nothing. */
export const pairRuns = (
  first: RunValues,
  second: RunValues,
  combine: (a: number, b: number) => number,
): RunValues =>
  first.map((start, index) =>
    start.map((value, run) => {
      const partner = second[index]?.[run] ?? null
      return value === null || partner === null ? null : combine(value, partner)
    }),
  )
