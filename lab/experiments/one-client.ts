/** The experiments with one client, which waits for every answer. */
import { type Condition, type Experiment, inSequence, type SequentialLoad } from '../experiment.ts'

const oneClient = (scenario: number, seconds: number): SequentialLoad => ({
  name: `scenario-${scenario}`,
  scenario,
  arrivals: 'closed',
  users: 1,
  seconds,
  warmupSeconds: 0,
  restSeconds: 0,
})

// The longest of the designed waits of the other scenarios is 2 s.
const restOf = (scenario: number, reportSeconds: number): number =>
  ({ 1: 0.6, 2: 2.2, 4: reportSeconds + 0.4 })[scenario] ?? 0.1

/**
 * Each scenario alone.
 * @param lengths how long each of the six is played, in seconds
 */
const eachAlone = (reportSeconds: number, lengths: number[], repeats: number): Experiment => ({
  name: 'baseline',
  title: 'Each scenario alone, one client',
  settings: { REPORT_CPU_SECONDS: reportSeconds },
  conditions: [
    inSequence(
      'alone',
      lengths.map((seconds, index) => ({
        ...oneClient(index + 1, seconds),
        restSeconds: restOf(index + 1, reportSeconds),
      })),
    ),
  ],
  repeats,
})

export const baseline = {
  /** Reports of 1 s instead of 10 s; one payment and one report per run. */
  quick: eachAlone(1, [0.9, 0.1, 0.8, 0.1, 0.8, 0.5], 6),
  full: eachAlone(10, [6, 8, 4, 12, 4, 3], 8),
}

/** Scenario 3 with one of its three calls slower by so many milliseconds. */
function slowerBy(ms: number, seconds: number): Condition {
  const condition = inSequence(`search-plus-${ms}`, [
    { ...oneClient(3, seconds), warmupSeconds: 0.1 },
  ])
  return ms === 0 ? condition : { ...condition, fault: { of: 'search', latency: String(ms) } }
}

const eachSlower = (delays: number[], seconds: number, repeats: number): Experiment => ({
  name: 'fan-out',
  title: 'One slower call in the chain',
  settings: {},
  conditions: delays.map((ms) => slowerBy(ms, seconds)),
  repeats,
})

export const fanOut = {
  quick: eachSlower([0, 20], 0.6, 6),
  full: eachSlower([0, 5, 10, 20, 50], 3, 8),
}
