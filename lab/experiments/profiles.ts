import type { Experiment } from '../experiment.ts'
import type { LabSettings } from '../predict/lab-settings.ts'
import { capacity } from './capacity.ts'
import { baseline, fanOut } from './one-client.ts'
import { replicas } from './replicas.ts'
import { together } from './together.ts'

export const profileNames = ['quick', 'full'] as const
export type ProfileName = (typeof profileNames)[number]

/** How long each takes on two cores, its gate included, in minutes: help and docs name it. */
export const profileMinutes = { quick: 8, full: 55 } as const satisfies Record<ProfileName, number>

/** A start of a lab, its warm-up, and its end, in seconds. */
export const labSeconds = 7

/** The experiments of a profile, in their order. */
export const experimentsOf = (profile: ProfileName, { cores }: { cores: number }): Experiment[] => [
  baseline[profile],
  capacity[profile](cores),
  together[profile],
  fanOut[profile],
]

/** The same of a platform that runs elsewhere, with its settings. */
export const experimentsOn = (profile: ProfileName, settings: LabSettings): Experiment[] => [
  replicas[profile](settings),
]
