import type { FunctionName } from '../../model/services.ts'
import { type Condition, type Experiment, inSequence, type SequentialLoad } from '../experiment.ts'
import { ceilingOfReplicas } from '../predict/ceiling.ts'
import { type LabSettings, labOf } from '../predict/lab-settings.ts'
import { firstServiceOf } from '../predict/predict-lab.ts'

/** A registration holds a slot of user and one of email, a payment one of payment. */
const scaled: readonly FunctionName[] = ['user', 'email', 'payment']

/** The scenarios that those play. */
export const scaledScenarios = [1, 2] as const

/** So many replicas of each are measured; so many more are simulated only. */
export const measuredCounts = [1, 2, 4] as const
const simulatedCounts = [100, 1000] as const

type ReplicasOptions = {
  /** The settings of the platform. */
  settings: LabSettings
  /** How long a load is counted, in times of a request and in seconds besides. */
  counted: { requests: number; seconds: number }
  repeats: number
}

// Rates are shares of the ceiling of the slots, for which the cost of a hop does not matter.
const idealLab = { cores: 1, calibration: { hopMs: 0.1, hopCpuMs: 0.01, queryMs: 0.1 } }

// So far above the ceiling that every replica is full, however requests are spread.
const overload = 1.1

// The queue must be filled by then, and new containers have compiled their code.
const warmup = { requests: 1, seconds: 2.5 }
const spareUsers = 10

type Length = { requests: number; seconds: number }

function turnOf(
  scenario: number,
  count: number,
  { settings, counted }: ReplicasOptions,
): SequentialLoad {
  const service = firstServiceOf(scenario, labOf({ settings, ...idealLab }))
  const ceiling = ceilingOfReplicas(service, count).perSecond
  const requestSeconds = (service.slots * count) / ceiling
  const lengthOf = ({ requests, seconds }: Length) => requests * requestSeconds + seconds
  const seconds = lengthOf(warmup) + lengthOf(counted)
  const queued = ceiling * (overload - 1) * seconds
  return {
    name: `scenario-${scenario}`,
    scenario,
    arrivals: 'even',
    perSecond: ceiling * overload,
    maxUsers: Math.ceil(service.slots * count + queued) + spareUsers,
    seconds,
    warmupSeconds: lengthOf(warmup),
    restSeconds: requestSeconds + queued / ceiling + 0.5,
  }
}

/** Scenarios 1 and 2 above the ceiling of so many replicas, one after the other. */
const withReplicas = (count: number, options: ReplicasOptions): Condition => ({
  ...inSequence(
    String(count),
    scaledScenarios.map((scenario) => turnOf(scenario, count, options)),
  ),
  replicas: { of: scaled, count },
})

const build = (options: ReplicasOptions): Experiment => ({
  name: 'replicas',
  title: 'Ceilings of several replicas',
  settings: options.settings,
  conditions: measuredCounts.map((count) => withReplicas(count, options)),
  simulated: simulatedCounts.map((count) => withReplicas(count, options)),
  repeats: options.repeats,
})

// With six, one run that something else on the machine disturbs may leave a claim open.
const repeats = 7

/** Of a platform with these settings. */
export const replicas = {
  quick: (settings: LabSettings) =>
    build({ settings, counted: { requests: 1.5, seconds: 3 }, repeats }),
  full: (settings: LabSettings) =>
    build({ settings, counted: { requests: 5, seconds: 10 }, repeats }),
}
