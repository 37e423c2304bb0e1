/** The experiments with one client, which waits for every answer. */
import { scenarioOf } from '../../model/scenarios.ts'
import {
  type Condition,
  type Experiment,
  inSequence,
  type SequentialLoad,
  starts,
} from '../experiment.ts'

/** How long a load is played, in seconds, and how much of that is its warm-up. */
type Length = { seconds: number; warmupSeconds?: number }

const oneClient = (scenario: number, { seconds, warmupSeconds = 0 }: Length): SequentialLoad => ({
  name: `scenario-${scenario}`,
  scenario,
  arrivals: 'closed',
  users: 1,
  seconds: seconds + warmupSeconds,
  warmupSeconds,
  restSeconds: 0,
})

// The longest of the designed waits of the other scenarios is 2 s.
const restOf = (scenario: number, reportSeconds: number): number =>
  ({ 1: 0.6, 2: 2.2, 4: reportSeconds + 0.4 })[scenario] ?? 0.1

type EachAlone = {
  reportSeconds: number
  runsPerStart: number
  /** Of the six scenarios, in their order. */
  lengths: readonly Length[]
}

const eachAlone = ({ reportSeconds, lengths, runsPerStart }: EachAlone): Experiment => ({
  name: 'baseline',
  title: 'Each scenario alone, one client',
  settings: { REPORT_CPU_SECONDS: reportSeconds },
  conditions: [
    inSequence(
      'alone',
      lengths.map((length, index) => ({
        ...oneClient(index + 1, length),
        restSeconds: restOf(index + 1, reportSeconds),
      })),
    ),
  ],
  starts,
  runsPerStart,
})

// After a pause, the first requests are slower than the others.
const short = { seconds: 0.7, warmupSeconds: 0.3 }
const long = { seconds: 4, warmupSeconds: 0.5 }

export const baseline = {
  /** Reports of 1 s instead of 10 s; one payment and one report per run. */
  quick: eachAlone({
    reportSeconds: 1,
    lengths: [{ seconds: 0.9 }, { seconds: 0.1 }, short, { seconds: 0.1 }, short, short],
    runsPerStart: 3,
  }),
  full: eachAlone({
    reportSeconds: 10,
    lengths: [{ seconds: 6 }, { seconds: 8 }, long, { seconds: 12 }, long, long],
    runsPerStart: 3,
  }),
}

// Three times as long as the quick profile counts them.
const comparedSeconds = short.warmupSeconds + 3 * short.seconds

/**
 * The same for a comparison: what waits for nothing varies by a tenth within tenths of a second, so
 * it is played for longer.
 */
export const lengthen = (experiment: Experiment): Experiment => ({
  ...experiment,
  conditions: experiment.conditions.map(({ name, loads }) =>
    inSequence(
      name,
      loads.map((load) => {
        const least = scenarioOf(load.scenario).waitsFor ? 0 : comparedSeconds
        return { ...load, seconds: Math.max(load.seconds, least) }
      }),
    ),
  ),
})

/** Scenario 3 with one of its three calls slower by so many milliseconds. */
function slowerBy(ms: number, length: Length): Condition {
  const condition = inSequence(`search-plus-${ms}`, [oneClient(3, length)])
  return ms === 0 ? condition : { ...condition, fault: { of: 'search', latency: String(ms) } }
}

/** A change of one call that is large beside its own jitter: a claim is judged by it. */
export const slowerHopMs = 100

type EachSlower = { reportSeconds: number; delays: number[]; length: Length }

const eachSlower = ({ reportSeconds, delays, length }: EachSlower): Experiment => ({
  name: 'fan-out',
  title: 'One slower call in the chain',
  // Those of the baseline, so that both are measured in one lab.
  settings: { REPORT_CPU_SECONDS: reportSeconds },
  conditions: delays.map((ms) => slowerBy(ms, length)),
  starts,
  runsPerStart: 2,
})

export const fanOut = {
  quick: eachSlower({ reportSeconds: 1, delays: [0, slowerHopMs], length: short }),
  full: eachSlower({ reportSeconds: 10, delays: [0, 5, 20, slowerHopMs], length: long }),
}
