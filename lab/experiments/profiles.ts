import { type Experiment, lengthOf } from '../experiment.ts'
import type { LabSettings } from '../predict/lab-settings.ts'
import { baseline } from './baseline.ts'
import { capacity } from './capacity.ts'
import { fanOut } from './fan-out.ts'
import { replicas } from './replicas.ts'
import { together } from './together.ts'

export const profileNames = ['quick', 'full'] as const
export type ProfileName = (typeof profileNames)[number]

/** How long each takes on two cores, its gate included, in minutes: help and docs name it. */
export const profileMinutes = { quick: 7, full: 45 } as const satisfies Record<ProfileName, number>

/** The properties of the machine that an experiment depends on. */
export type Machine = { cores: number }

// An experiment starts a lab of its own, warms it up, and ends it.
const labSeconds = 8

/** The experiments of a profile, in their order. */
export const experimentsOf = (profile: ProfileName, machine: Machine): Experiment[] =>
  profile === 'quick'
    ? [baseline.quick(), capacity.quick(machine), together.quick(), fanOut.quick()]
    : [baseline.full(), capacity.full(machine), together.full(), fanOut.full()]

/** The same of a platform that runs elsewhere, with its settings. */
export const experimentsOn = (profile: ProfileName, settings: LabSettings): Experiment[] => [
  profile === 'quick' ? replicas.quick(settings) : replicas.full(settings),
]

/** How long experiments take, in seconds. */
export const secondsFor = (experiments: readonly Experiment[]): number =>
  experiments.reduce((sum, experiment) => sum + labSeconds + lengthOf(experiment), 0)
