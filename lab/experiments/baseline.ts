import { type Experiment, inSequence, type SequentialLoad } from '../experiment.ts'

type BaselineOptions = {
  reportSeconds: number
  /** How long each of the six scenarios is played, in seconds. */
  lengths: readonly number[]
  repeats: number
}

// The longest of the designed waits of the other scenarios is 2 s.
const restOf = (scenario: number, reportSeconds: number): number =>
  ({ 1: 0.6, 2: 2.2, 4: reportSeconds + 0.4 })[scenario] ?? 0.1

const alone = (scenario: number, seconds: number, reportSeconds: number): SequentialLoad => ({
  name: `scenario-${scenario}`,
  scenario,
  arrivals: 'closed',
  users: 1,
  seconds,
  warmupSeconds: 0,
  restSeconds: restOf(scenario, reportSeconds),
})

/** Each scenario alone, by one client that waits for every answer. */
const build = ({ reportSeconds, lengths, repeats }: BaselineOptions): Experiment => ({
  name: 'baseline',
  title: 'Each scenario alone, one client',
  settings: { REPORT_CPU_SECONDS: reportSeconds },
  conditions: [
    inSequence(
      'alone',
      lengths.map((seconds, index) => alone(index + 1, seconds, reportSeconds)),
    ),
  ],
  repeats,
})

export const baseline = {
  /** Reports of 1 s instead of 10 s; one payment and one report per run. */
  quick: () => build({ reportSeconds: 1, lengths: [0.9, 0.1, 0.8, 0.1, 0.8, 0.5], repeats: 6 }),
  full: () => build({ reportSeconds: 10, lengths: [6, 8, 4, 12, 4, 3], repeats: 8 }),
}
