/** An experiment: conditions that share one lab, the loads of each, and its runs. */
import { sum } from 'simple-statistics'
import { createDraw, type DrawIndex, shuffle } from '../formats/random.ts'
import type { Load } from '../model/load-plan.ts'
import type { FunctionName } from '../model/services.ts'
import type { LabSettings } from './predict/lab-settings.ts'
import { hashSeed } from './seeds.ts'

/** How the requests of a load arrive: one client after another's answer, or on their own. */
export type Arrivals =
  | { arrivals: 'closed'; users: number }
  | {
      arrivals: 'even' | 'poisson'
      perSecond: number
      /** Requests under way at most; without it, as many as one replica works on and queues. */
      maxUsers?: number
    }

/** A load that follows others. */
export type SequentialLoad = Pick<Load, 'name' | 'scenario' | 'seconds'> &
  Arrivals & {
    /** The warm-up: earlier arrivals are not counted. */
    warmupSeconds: number
    /** Time for its last requests, and for its queue to drain. */
    restSeconds: number
  }

/** A load before its start times are drawn. */
export type LoadSpec = SequentialLoad & Pick<Load, 'startSeconds'>

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

export const experimentNames = ['baseline', 'capacity', 'together', 'fan-out', 'replicas'] as const
export type ExperimentName = (typeof experimentNames)[number]

/** Conditions that share one lab. */
export type Experiment = {
  name: ExperimentName
  title: string
  /** Settings of the lab; all others have their defaults. */
  settings: Partial<LabSettings>
  /** How much of its time k6 may wait for a core, if the loads want more cores than there are. */
  waitShare?: number
  conditions: readonly Condition[]
  /** Conditions that are predicted and simulated, and not measured. */
  simulated?: readonly Condition[]
  /** How often a lab is started for it. */
  starts: number
  /** How often each start measures each condition. */
  runsPerStart: number
}

/** Starts of a lab differ by more than its runs do: three show by how much. */
export const starts = 3

/** Loads that are played at once, one such group after another. */
export function placeInSequence(groups: readonly (readonly SequentialLoad[])[]): LoadSpec[] {
  let startSeconds = 0
  return groups.flatMap((group) => {
    const placed = group.map((load): LoadSpec => ({ ...load, startSeconds }))
    startSeconds += Math.max(...group.map(({ seconds, restSeconds }) => seconds + restSeconds))
    return placed
  })
}

/** A condition whose loads are played one after another, so that none disturbs another. */
export const inSequence = (name: string, sequence: readonly SequentialLoad[]): Condition => ({
  name,
  loads: placeInSequence(sequence.map((load) => [load])),
})

/** The same loads; those that are played at once stay together, and the groups change places. */
const reorder = ({ loads, ...rest }: Condition, draw: DrawIndex): Condition => ({
  ...rest,
  loads: placeInSequence(
    shuffle([...Map.groupBy(loads, ({ startSeconds }) => startSeconds).values()], draw),
  ),
})

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

/** How long the runs of one start of an experiment take, in seconds. */
export const secondsOfStart = ({ conditions, runsPerStart }: Experiment): number =>
  runsPerStart * sum(conditions.map(secondsOf))

/** The seed of a run's start times: two measurements with one seed have the same ones. */
export const seedOfArrivals = (seed: number, repeat: number) => hashSeed(seed, 'arrivals', repeat)

export type PlannedRun = {
  id: string
  experiment: Experiment
  /** With its loads in the order of this run. */
  condition: Condition
  start: number
  /** From 0, over all starts. */
  repeat: number
  /** Of its start times. */
  seed: number
}

export type ScheduleOptions = {
  seed: number
  from?: number
  /** How many starts there are then. */
  to?: number
}

/**
 * The runs of an experiment, start by start: all conditions once in random order, then all again,
 * each with its groups of loads in random order, so that slow changes of the machine reach all of
 * them alike. The start times of a run follow from `seed` and its number, so that two measurements
 * with one seed pair.
 */
export function scheduleRuns(
  experiment: Experiment,
  { seed, from = 0, to = experiment.starts }: ScheduleOptions,
): PlannedRun[] {
  const { name, conditions, runsPerStart } = experiment
  return Array.from({ length: (to - from) * runsPerStart }, (_, index) => {
    const repeat = from * runsPerStart + index
    const draw = createDraw({ seed: hashSeed(seed, name, repeat) })
    return shuffle(conditions, draw).map((condition) => ({
      id: `${name}-${condition.name}-${repeat + 1}`,
      experiment,
      condition: reorder(condition, draw),
      start: Math.floor(repeat / runsPerStart),
      repeat,
      seed: seedOfArrivals(seed, repeat),
    }))
  }).flat()
}
