import type { FunctionName } from '../../model/services.ts'
import {
  type Condition,
  type Experiment,
  inSequence,
  type SequentialLoad,
  starts,
} from '../experiment.ts'
import { ceilingOfReplicas } from '../predict/ceiling.ts'
import { idealCalibration, type Lab, type LabSettings, labOf } from '../predict/lab-settings.ts'
import { firstServiceOf } from '../predict/predict-lab.ts'

/** A registration holds a slot of user and one of email, a payment one of payment. */
const scaled: readonly FunctionName[] = ['user', 'email', 'payment']

/** The scenarios that those play. */
export const scaledScenarios = [1, 2] as const

/** So many replicas of each are measured; so many more are simulated only. */
export const measuredCounts = [1, 2, 4] as const
const simulatedCounts = [100, 1000] as const

// So far above the ceiling that every replica is full, however requests are spread.
const overload = 1.1

// The queue must be filled by then, and new containers have compiled their code.
const warmup = { requests: 1, seconds: 2.5 }
const spareUsers = 10

/** In times of a request, and in seconds besides. */
type Length = { requests: number; seconds: number }

type Turns = { lab: Lab; count: number; counted: Length }

function turnOf(scenario: number, { lab, count, counted }: Turns): SequentialLoad {
  const service = firstServiceOf(scenario, lab)
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
const withReplicas = (turns: Turns): Condition => ({
  ...inSequence(
    String(turns.count),
    scaledScenarios.map((scenario) => turnOf(scenario, turns)),
  ),
  replicas: { of: scaled, count: turns.count },
})

function build(settings: LabSettings, counted: Length): Experiment {
  const lab = labOf({ settings, cores: 1, calibration: idealCalibration })
  const conditionsOf = (counts: readonly number[]) =>
    counts.map((count) => withReplicas({ lab, count, counted }))
  return {
    name: 'replicas',
    title: 'Ceilings of several replicas',
    settings,
    conditions: conditionsOf(measuredCounts),
    simulated: conditionsOf(simulatedCounts),
    starts,
    // With nine, the interval of the median leaves out one run that something else disturbs.
    runsPerStart: 3,
  }
}

/** Of a platform with these settings. */
export const replicas = {
  quick: (settings: LabSettings) => build(settings, { requests: 1.5, seconds: 3 }),
  full: (settings: LabSettings) => build(settings, { requests: 5, seconds: 10 }),
}
