import { type Experiment, inSequence, type SequentialLoad, starts } from '../experiment.ts'
import { idealCalibration, type LabSettings, labOf } from '../predict/lab-settings.ts'
import { predictScenario } from '../predict/predict-lab.ts'

const limits = { CONCURRENCY: 10, QUEUE_LIMIT: 10 }

/** The resources that saturate in scenarios 1, 2 and 4: slots, slots and cores. */
const saturating = [1, 2, 4] as const

type Step = readonly [scenario: number, arrivals: 'even' | 'poisson', share: number]

/** Shares of the ceiling: even and Poisson arrivals at one rate, and Poisson ones at others. */
const fewSteps: readonly Step[] = [
  [1, 'poisson', 0.8],
  [2, 'even', 0.8],
  [2, 'poisson', 0.8],
  [2, 'poisson', 0.95],
  [4, 'poisson', 0.8],
]

const manySteps: readonly Step[] = saturating.flatMap((scenario): Step[] => [
  [scenario, 'poisson', 0.5],
  [scenario, 'even', 0.8],
  [scenario, 'poisson', 0.8],
  [scenario, 'poisson', 0.95],
])

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

type BuildOptions = {
  delays: Partial<LabSettings>
  cores: number
  /** How long a load is played below the ceiling. */
  seconds: number
  steps: readonly Step[]
}

/** Arrivals at steps across the ceiling, which do not slow down when the service does. */
function build({ delays, cores, seconds, steps }: BuildOptions): Experiment {
  // One core is left to the load generator.
  const settings = { ...limits, REPORT_WORKERS: Math.max(1, cores - 1), ...delays }
  const lab = labOf({ settings, cores, calibration: idealCalibration })
  const ceilingOf = (scenario: number) => predictScenario(scenario, lab).ceilingPerSecond
  /** The time in which the queue fills or drains, at most. */
  const drainSeconds = (scenario: number) =>
    (limits.QUEUE_LIMIT + limits.CONCURRENCY) / ceilingOf(scenario)
  const at = ([scenario, arrivals, share]: Step): SequentialLoad => {
    const drain = drainSeconds(scenario)
    // The queue fills with what arrives beyond the ceiling.
    const fill = share > 1 ? drain / (share - 1) : 0
    return {
      ...{
        name: `scenario-${scenario}-${arrivals}-${Math.round(share * 100)}`,
        scenario,
        arrivals,
      },
      perSecond: ceilingOf(scenario) * share,
      seconds: seconds + fill,
      warmupSeconds: fill || seconds / 5,
      restSeconds: drain / (share > 1 ? 1 : 2) + 0.2,
    }
  }
  const closed: SequentialLoad = {
    name: 'scenario-2-closed-150',
    scenario: 2,
    arrivals: 'closed',
    users: limits.CONCURRENCY * 1.5,
    // Slots end in bursts: a rate needs more than one of them after the warm-up.
    seconds: Math.max(seconds / 2, drainSeconds(2) * 2),
    warmupSeconds: seconds / 5,
    restSeconds: drainSeconds(2),
  }
  return {
    name: 'capacity',
    title: 'Arrivals below and above the ceiling',
    settings,
    conditions: [
      inSequence('above', [...saturating.map((scenario) => at([scenario, 'even', 1.5])), closed]),
      inSequence('below', steps.map(at)),
      inSequence(
        'clicks',
        clickRates.map((perSecond) => clicks(perSecond, seconds / 2)),
      ),
    ],
    starts,
    runsPerStart: 2,
  }
}

const quickDelays = { EMAIL_DELAY_MS: 200, PAYMENT_DELAY_MS: 200, REPORT_CPU_SECONDS: 0.05 }

export const capacity = {
  /** Ten slots and a tenth of the delays, so that queues fill and drain in a second. */
  quick: (cores: number) => build({ delays: quickDelays, cores, seconds: 1.5, steps: fewSteps }),
  full: (cores: number) =>
    build({ delays: { REPORT_CPU_SECONDS: 1 }, cores, seconds: 12, steps: manySteps }),
}
