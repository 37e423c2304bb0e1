/** The first seconds of a load: services compile their code, and connections are opened. */
import { parseDuration } from '../../formats/durations.ts'
import type { Environment } from './options.ts'
import { type LabSettings, leastMsOf, type Scenario } from './scenarios.ts'

export type WarmUp = {
  /** What begins in so many seconds is not counted. */
  warmupSeconds: number
  settings: LabSettings
}

const longestSeconds = 5

/**
 * How long a load warms up: as `WARMUP` says, or a sixth of it, in whole seconds, and 5 s at most.
 * Loads of less than 6 s are counted from their start.
 * @param seconds of the load; `undefined` if it ends with its iterations
 * @throws Error if nothing would be counted
 */
export function warmupSecondsOf(seconds: number | undefined, { WARMUP }: Environment = {}): number {
  if (!WARMUP) return Math.min(longestSeconds, Math.floor((seconds ?? 0) / 6))
  const given = parseDuration('WARMUP', WARMUP)
  if (seconds !== undefined && given >= seconds)
    throw new Error(`WARMUP is ${given} s, and the load is ${seconds} s: nothing would be counted`)
  return given
}

/**
 * The warm-up of one scenario, in milliseconds. One whose request takes longer has none: its load
 * has few requests, and the time of a cold start does not show in them.
 */
export function warmupMsOf(scenario: Scenario, { warmupSeconds, settings }: WarmUp): number {
  const warmupMs = warmupSeconds * 1000
  return leastMsOf(scenario, settings) < warmupMs ? warmupMs : 0
}
