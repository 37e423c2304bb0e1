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

/**
 * The runs of an experiment: all conditions once in random order, then all again, so that what
 * changes in time hits all of them alike.
 */
export function scheduleRuns(experiment: Experiment, seed: number): PlannedRun[] {
  const draw = createDraw({ seed })
  const { name, conditions, repeats } = experiment
  return Array.from({ length: repeats }, (_, repeat) =>
    shuffle(conditions, draw).map((condition) => ({
      id: `${name}-${condition.name}-${repeat + 1}`,
      experiment,
      condition,
      repeat,
      seed: seed + 1 + repeat,
    })),
  ).flat()
}
