import { type Scenario as Facts, leastMs } from '../model/scenarios.ts'
import type { FunctionName } from '../model/services.ts'
import { settingOf } from '../model/settings.ts'
import type { Failure } from './failures.ts'

/**
 * Settings of the lab by function, from its metrics; empty for a service that does not answer.
 */
export type LabSettings = Partial<Record<FunctionName, Record<string, number>>>

/** A scenario of the model, and how the load judges its responses. */
export type Scenario = Facts & {
  matches: (body: unknown, sent: Record<string, unknown>) => boolean
  /** The failures that only this scenario can have, and when a response is one of them. */
  ownFailures: readonly Failure[]
  ownFailure: (status: number, body: Record<string, unknown>) => Failure | undefined
}

/**
 * The minimum possible time of a scenario in milliseconds, from the settings of the lab.
 */
export const shortestMs = (scenario: Facts, settings: LabSettings): number =>
  leastMs(
    scenario,
    (name, setting) => settings[name]?.[setting] ?? Number(settingOf(setting).default),
  )
