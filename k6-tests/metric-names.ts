import { everyonesFailures, type Failure } from './failures.ts'
import type { Scenario } from './scenario.ts'
import { scenarios } from './scenarios.ts'

/** The metrics of one scenario. Each has its own: k6 sets the tag `scenario` itself, and overrides one that a script sets. */
export const metricNames = ({ number }: Scenario) => ({
  /** Requests begun. */
  started: `scenario_${number}_started`,
  /** Requests that ended, one way or another. */
  requests: `scenario_${number}_requests`,
  /** The share that did not go as designed. */
  failed: `scenario_${number}_failed`,
  /** 1 for each that did, 0 for each that did not: k6 passes a threshold on a rate without a sample, but not on a mean. */
  success: `scenario_${number}_success`,
  /** From request to answer of those that went as designed, in milliseconds. */
  duration: `scenario_${number}_duration`,
  hop: (name: string) => `scenario_${number}_hop_${name}`,
  failure: (failure: Failure) => `scenario_${number}_failed_${failure}`,
})

/** What a scenario's answers may say that their time went into; `own` is what no hop accounts for. */
export const hopsOf = ({ phases }: Scenario): string[] => [...phases, 'own']

/** How a scenario's requests may fail. */
export const failuresOf = ({ ownFailures }: Scenario): Failure[] => [
  ...everyonesFailures,
  ...ownFailures,
]

/** Exceptions that the script threw; k6 itself lets such a run pass. */
export const exceptions = 'script_exceptions'

/** Scenario 6 alone arrives at a rate, so that all dropped iterations are its own. */
export const openLoop = 6

const succeededAtLeast = 0.99
const droppedAtMost = 0.01

/**
 * What has to hold, per scenario. A threshold on a metric without a sample passes in k6, so that those here are on
 * trends and fail then: no time has a minimum of 0 ms, and no success a mean of 0.
 */
export function thresholdsOf(only: number | undefined, arrivals: number): Record<string, string[]> {
  const thresholds: Record<string, string[]> = { [exceptions]: ['count<1'] }
  for (const scenario of scenarios.filter(({ number }) => number === (only ?? number))) {
    const names = metricNames(scenario)
    thresholds[names.duration] = [`p(95)<${scenario.p95LimitMs}`, 'min>0']
    thresholds[names.success] = [`avg>${succeededAtLeast}`]
    if (scenario.number === openLoop)
      thresholds.dropped_iterations = [`count<=${Math.floor(arrivals * droppedAtMost)}`]
  }
  return thresholds
}
