import { createDraw, shuffle } from '../judge/random.ts'
import type { Condition, Experiment } from './experiment.ts'

/** One run that is to be made. */
export type PlannedRun = {
  id: string
  experiment: Experiment
  condition: Condition
  /** From 0. */
  repeat: number
  /** Of its start times. */
  seed: number
}

export type ScheduleOptions = {
  seed: number
  /** The first repeat; those before it are made already. */
  from?: number
  /** How many repeats there are then. */
  to?: number
}

/**
 * The runs of an experiment: all conditions once in random order, then all again, so that what
 * changes in time hits all of them alike.
 */
export function scheduleRuns(
  experiment: Experiment,
  { seed, from = 0, to = experiment.repeats }: ScheduleOptions,
): PlannedRun[] {
  const runs: PlannedRun[] = []
  for (let repeat = from; repeat < to; repeat++) {
    const ordered = shuffle(experiment.conditions, createDraw({ seed: seed + repeat }))
    for (const condition of ordered)
      runs.push({
        id: `${experiment.name}-${condition.name}-${repeat + 1}`,
        experiment,
        condition,
        repeat,
        seed: seed + repeat,
      })
  }
  return runs
}
