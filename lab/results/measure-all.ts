import type { Experiment } from '../measure/experiment.ts'
import type { RunResult } from '../measure/run.ts'
import { measureLoad } from './measure-load.ts'
import type { LoadMeasurement } from './measurement.ts'

/** The runs of a condition, in the order of the repeats. */
export const runsOf = (runs: readonly RunResult[], experiment: string, condition: string) =>
  runs
    .filter((run) => run.experiment === experiment && run.condition === condition)
    .sort((a, b) => a.repeat - b.repeat)

/** What the runs say of every load that was played at least once. */
export const measureAll = (
  experiments: readonly Experiment[],
  runs: readonly RunResult[],
): LoadMeasurement[] =>
  experiments.flatMap(({ name: experiment, conditions }) =>
    conditions.flatMap((condition) => {
      const made = runsOf(runs, experiment, condition.name)
      if (made.length === 0) return []
      return condition.loads.map((spec) => {
        const { name: load, scenario } = spec
        const key = { experiment, condition: condition.name, load, scenario }
        return measureLoad(key, spec, made)
      })
    }),
  )
