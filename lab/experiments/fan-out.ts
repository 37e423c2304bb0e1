import { type Condition, type Experiment, inSequence } from '../experiment.ts'

/** Scenario 3 by one client, with one of its three calls slower by so many milliseconds. */
function slowerBy(ms: number, seconds: number): Condition {
  const condition = inSequence(`search-plus-${ms}`, [
    {
      name: 'scenario-3',
      scenario: 3,
      arrivals: 'closed',
      users: 1,
      seconds,
      warmupSeconds: 0.1,
      restSeconds: 0,
    },
  ])
  return ms === 0 ? condition : { ...condition, fault: { of: 'search', latency: String(ms) } }
}

const build = (delays: readonly number[], seconds: number, repeats: number): Experiment => ({
  name: 'fan-out',
  title: 'One slower call in the chain',
  settings: {},
  conditions: delays.map((ms) => slowerBy(ms, seconds)),
  repeats,
})

export const fanOut = {
  quick: () => build([0, 20], 0.6, 6),
  full: () => build([0, 5, 10, 20, 50], 3, 8),
}
