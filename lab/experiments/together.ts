import { profiles } from '../../model/load.ts'
import { scenarios } from '../../model/scenarios.ts'
import { type Experiment, type LoadSpec, placeInSequence, starts } from '../experiment.ts'

type Played = Pick<LoadSpec, 'scenario'> &
  ({ arrivals: 'closed'; users: number } | { arrivals: 'even'; perSecond: number })

const numbers = scenarios.map(({ number }) => number)

/** The study's load: so many users of each scenario, and clicks at a rate. */
function studyLoad(scenario: number): Played {
  const { users, reportUsers, clicksPerSecond } = profiles.default
  if (scenario === 6) return { scenario, arrivals: 'even', perSecond: clicksPerSecond }
  return { scenario, arrivals: 'closed', users: scenario === 4 ? reportUsers : users }
}

/** All ways to play: each alone, each pair, and all six. */
const groups: readonly (readonly number[])[] = [
  ...numbers.map((number) => [number]),
  ...numbers.flatMap((number) => numbers.filter((other) => other > number).map((o) => [number, o])),
  numbers,
]

// Requests in progress at the end of a group must not meet the next one.
const restSeconds = 0.25

/** Every group, one after another; the load of scenario 2 beside 4 is `scenario-2-with-4`. */
function build(lengths: { pair: number; all: number }): Experiment {
  const played = groups.map((group) => {
    const seconds = group === numbers ? lengths.all : lengths.pair
    return group.map((scenario) => ({
      name: loadName(scenario, group),
      ...studyLoad(scenario),
      seconds,
      warmupSeconds: seconds / 5,
      restSeconds,
    }))
  })
  return {
    name: 'together',
    title: 'Each scenario beside each other, and all six at once',
    // Six scenarios want more than two cores: without other programs, k6 waits for 0.55 to 0.67.
    waitShare: 0.75,
    settings: { EMAIL_DELAY_MS: 50, PAYMENT_DELAY_MS: 100, REPORT_CPU_SECONDS: 0.1 },
    conditions: [{ name: 'groups', loads: placeInSequence(played) }],
    starts,
    runsPerStart: 2,
  }
}

/** The load of a scenario that is played beside others. */
export function loadName(scenario: number, group: readonly number[]): string {
  const others = group.filter((other) => other !== scenario)
  return `scenario-${scenario}-with-${others.length > 0 ? others.join('-') : 'none'}`
}

export const together = {
  // Beside all others, a report takes several times as long.
  quick: build({ pair: 0.3, all: 1 }),
  full: build({ pair: 4, all: 4 }),
}
