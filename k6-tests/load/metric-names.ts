import { commonFailures, type Failure } from './failures.ts'
import type { Load } from './options.ts'
import { chosenBy, type Scenario } from './scenarios.ts'

/**
 * The metrics of one scenario. They do not share names, because k6 sets the tag `scenario` itself
 * and overrides the script's.
 */
export const metricNames = ({ number }: Scenario) => ({
  /** Requests that began. */
  started: `scenario_${number}_started`,
  /** Requests of the warm-up that ended, and how many of them failed. */
  warmup: `scenario_${number}_warmup_requests`,
  warmupFailures: `scenario_${number}_warmup_failures`,
  /** Requests after the warm-up that ended. */
  requests: `scenario_${number}_requests`,
  /**
   * 1 for each request that went as designed, otherwise 0: without samples, k6 passes a threshold
   * on a rate, but not on a mean.
   */
  success: `scenario_${number}_success`,
  /** Latencies of requests that went as designed, from when they were due, in milliseconds. */
  duration: `scenario_${number}_duration`,
  phase: (name: string) => `scenario_${number}_phase_${name}`,
  failure: (failure: Failure) => `scenario_${number}_failed_${failure}`,
})

/** The phases of a scenario, and `own`: the rest of its time. */
export const phasesOf = ({ phases }: Scenario): string[] => [...phases, 'own']

export const failuresOf = ({ ownFailures }: Scenario): Failure[] => [
  ...commonFailures,
  ...ownFailures,
]

/** Exceptions of the script, with which k6 itself would pass a run. */
export const exceptions = 'script_exceptions'

/** When the load ended, in milliseconds since k6 began. */
export const loadEnd = 'load_end'

/** How late the pauses of k6's users ended, in milliseconds. */
export const lateness = 'pause_lateness'

/** k6's own name: arrivals without a free user. */
export const droppedArrivals = 'dropped_iterations'

/** Only scenario 6 has an arrival rate, so all dropped iterations are its own. */
export const openLoop = 6

/**
 * The thresholds of each scenario: its p95, 99 % success, and at most 1 % of dropped arrivals. In k6,
 * a threshold on a metric without samples passes. These are on trends, and fail: without samples the
 * minimum and the mean of a trend are 0.
 */
export function thresholdsOf(load: Load): Record<string, string[]> {
  const arrivals = load.clicksPerSecond * load.seconds
  const thresholds: Record<string, string[]> = { [exceptions]: ['count<1'] }
  for (const scenario of chosenBy(load)) {
    const names = metricNames(scenario)
    thresholds[names.duration] = [`p(95)<${scenario.p95LimitMs}`, 'min>0']
    thresholds[names.success] = ['avg>0.99']
    if (scenario.number === openLoop)
      thresholds[droppedArrivals] = [`count<=${Math.floor(arrivals * 0.01)}`]
  }
  return thresholds
}
