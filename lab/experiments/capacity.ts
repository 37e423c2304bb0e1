import { type Experiment, inSequence, type SequentialLoad } from '../experiment.ts'
import type { LabSettings } from '../predict/lab-settings.ts'
import { predictLab } from '../predict/predict-lab.ts'

type CapacityOptions = {
  settings: Partial<LabSettings>
  cores: number
  seconds: number
  repeats: number
}

// Rates are shares of the ceiling of the slots, for which the cost of a hop does not matter.
const idealHop = { hopMs: 0.1, hopCpuMs: 0.01, queryMs: 0.1 }

/** The resources that saturate in scenarios 1, 2 and 4: slots, slots and cores. */
const saturating = [1, 2, 4] as const

const shares = [
  ['even', 0.8],
  ['poisson', 0.8],
  ['poisson', 0.95],
] as const

const percent = (share: number) => Math.round(share * 100)

/** The study's rate of clicks, and ten times as many. */
const clickRates = [100, 1000]

const clicks = (perSecond: number, seconds: number): SequentialLoad => ({
  name: `scenario-6-even-${perSecond}`,
  scenario: 6,
  arrivals: 'even',
  perSecond,
  seconds,
  warmupSeconds: seconds / 3,
  restSeconds: 0.2,
})

/** Arrivals at steps across the ceiling, which do not slow down when the service does. */
function build({ settings, cores, seconds, repeats }: CapacityOptions): Experiment {
  const { scenarios, settings: complete } = predictLab({ settings, cores, calibration: idealHop })
  const ceilingOf = (number: number) =>
    scenarios.find(({ scenario }) => scenario === number)?.ceilingPerSecond ?? 1
  /** The time in which the queue fills or drains, at most. */
  const drainSeconds = (scenario: number) =>
    (complete.QUEUE_LIMIT + complete.CONCURRENCY) / ceilingOf(scenario)
  const at = (scenario: number, share: number, arrivals: 'even' | 'poisson'): SequentialLoad => ({
    name: `scenario-${scenario}-${arrivals}-${percent(share)}`,
    scenario,
    arrivals,
    perSecond: ceilingOf(scenario) * share,
    // The queue fills with what arrives beyond the ceiling.
    seconds: seconds + (share > 1 ? drainSeconds(scenario) / (share - 1) : 0),
    warmupSeconds: share > 1 ? drainSeconds(scenario) / (share - 1) : seconds / 5,
    restSeconds: drainSeconds(scenario) + 0.2,
  })
  const closed: SequentialLoad = {
    name: 'scenario-2-closed-150',
    scenario: 2,
    arrivals: 'closed',
    users: Math.round(complete.CONCURRENCY * 1.5),
    seconds: seconds / 2,
    warmupSeconds: seconds / 5,
    restSeconds: drainSeconds(2),
  }
  return {
    name: 'capacity',
    title: 'Arrivals below and above the ceiling',
    settings,
    conditions: [
      inSequence('above', [...saturating.map((scenario) => at(scenario, 1.5, 'even')), closed]),
      inSequence(
        'below',
        shares.map(([arrivals, share]) => at(2, share, arrivals)),
      ),
      inSequence(
        'clicks',
        clickRates.map((perSecond) => clicks(perSecond, seconds / 2)),
      ),
    ],
    repeats,
  }
}

/** One core is left to the load generator. */
const workersOn = (cores: number) => Math.max(1, cores - 1)

export const capacity = {
  /** Ten slots and a tenth of the delays, so that queues fill and drain in a second. */
  quick: ({ cores }: { cores: number }) =>
    build({
      settings: {
        CONCURRENCY: 10,
        QUEUE_LIMIT: 10,
        EMAIL_DELAY_MS: 200,
        PAYMENT_DELAY_MS: 200,
        REPORT_CPU_SECONDS: 0.05,
        REPORT_WORKERS: workersOn(cores),
      },
      cores,
      seconds: 2.2,
      repeats: 6,
    }),
  full: ({ cores }: { cores: number }) =>
    build({
      settings: {
        CONCURRENCY: 10,
        QUEUE_LIMIT: 10,
        REPORT_CPU_SECONDS: 1,
        REPORT_WORKERS: workersOn(cores),
      },
      cores,
      seconds: 20,
      repeats: 6,
    }),
}
