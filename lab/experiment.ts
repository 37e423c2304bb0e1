/** An experiment: conditions that share one lab, the loads of each, and its runs. */
import { createDraw, shuffle } from '../formats/random.ts'
import type { Load } from '../model/load-plan.ts'
import type { FunctionName } from '../model/services.ts'
import type { LabSettings } from './predict/lab-settings.ts'

/** How the requests of a load arrive: one client after another's answer, or on their own. */
export type Arrivals =
  | { arrivals: 'closed'; users: number }
  | {
      arrivals: 'even' | 'poisson'
      perSecond: number
      /** Requests under way at most; without it, as many as one replica works on and queues. */
      maxUsers?: number
    }

type LoadBasics = Pick<Load, 'name' | 'scenario' | 'seconds'> & {
  /** The warm-up: earlier arrivals are not counted. */
  warmupSeconds: number
}

/** A load before its start times are drawn. */
export type LoadSpec = LoadBasics & Pick<Load, 'startSeconds'> & Arrivals

/** A load that follows others. */
export type SequentialLoad = LoadBasics &
  Arrivals & {
    /** Time for its last requests, and for its queue to drain. */
    restSeconds: number
  }

/** Loads that one run of the load generator measures at once. */
export type Condition = {
  /** Unique in its experiment. */
  name: string
  loads: readonly LoadSpec[]
  /** A latency that calls of a function get in addition. */
  fault?: { of: FunctionName; latency: string }
  /** So many replicas of each of these functions. */
  replicas?: { of: readonly FunctionName[]; count: number }
}

export type ExperimentName = 'baseline' | 'capacity' | 'together' | 'fan-out' | 'replicas'

/** Conditions that share one lab, repeated in random order. */
export type Experiment = {
  name: ExperimentName
  title: string
  /** Settings of the lab; all others have their defaults. */
  settings: Partial<LabSettings>
  conditions: readonly Condition[]
  /** Conditions that are predicted and simulated, and not measured. */
  simulated?: readonly Condition[]
  repeats: number
}

/** A condition whose loads are played one after another, so that none disturbs another. */
export function inSequence(name: string, sequence: readonly SequentialLoad[]): Condition {
  let startSeconds = 0
  const loads = sequence.map(({ restSeconds, ...rest }): LoadSpec => {
    const load = { ...rest, startSeconds }
    startSeconds += rest.seconds + restSeconds
    return load
  })
  return { name, loads }
}

/** Every load of an experiment, with its place and its condition. */
export const loadsOf = ({ name: experiment, conditions }: Experiment) =>
  conditions.flatMap((condition) =>
    condition.loads.map((spec) => ({
      key: { experiment, condition: condition.name, load: spec.name, scenario: spec.scenario },
      condition,
      spec,
    })),
  )

// From the end of the last load to the end of k6, and its start.
const k6Seconds = 1.5

// Time for a container to start and to be discovered.
const scalingSeconds = 8

/** How long one run of a condition takes, in seconds, its start and end included. */
export const secondsOf = ({ loads, replicas }: Condition): number =>
  Math.max(...loads.map(({ startSeconds, seconds }) => startSeconds + seconds)) +
  k6Seconds +
  (replicas ? scalingSeconds : 0)

/** How long an experiment takes, in seconds. */
export const lengthOf = ({ conditions, repeats }: Experiment): number =>
  repeats * conditions.reduce((sum, condition) => sum + secondsOf(condition), 0)

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
 * The runs of an experiment: all conditions once in random order, then all again, so that slow
 * changes of the machine reach all of them alike.
 */
export function scheduleRuns(
  experiment: Experiment,
  { seed, from = 0, to = experiment.repeats }: ScheduleOptions,
): PlannedRun[] {
  const repeats = Array.from({ length: Math.max(0, to - from) }, (_, index) => from + index)
  return repeats.flatMap((repeat) =>
    shuffle(experiment.conditions, createDraw({ seed: seed + repeat })).map((condition) => ({
      id: `${experiment.name}-${condition.name}-${repeat + 1}`,
      experiment,
      condition,
      repeat,
      seed: seed + repeat,
    })),
  )
}
