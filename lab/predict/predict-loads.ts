import { hash } from 'node:crypto'
import { createRandom } from '../../formats/random.ts'
import {
  type Condition,
  type Experiment,
  type LoadSpec,
  loadsOf,
  scheduleRuns,
} from '../experiment.ts'
import type { LoadKey, LoadPrediction } from '../measurement.ts'
import { quantile } from '../quantiles.ts'
import { drawStartTimes } from './arrivals.ts'
import { lowestCeiling, placesOf } from './ceiling.ts'
import { type Calibration, type Lab, labOf } from './lab-settings.ts'
import { firstServiceOf, predictScenario } from './predict-lab.ts'
import type { Service } from './service.ts'
import { serve } from './simulate.ts'
import { predictCeiling } from './simulate-ceiling.ts'
import type { Outcome } from './station.ts'

export type PredictLoadsOptions = { calibration: Calibration; cores: number; seed: number }

type Figures = Omit<LoadPrediction, keyof LoadKey>

/** Predicts every load of an experiment from settings and calibration alone. */
export function predictLoads(
  experiment: Experiment,
  { calibration, cores, seed }: PredictLoadsOptions,
): LoadPrediction[] {
  const lab = labOf({ settings: experiment.settings, cores, calibration })
  const seeds = [...new Set(scheduleRuns(experiment, { seed }).map((run) => run.seed))]
  const conditions = [...experiment.conditions, ...(experiment.simulated ?? [])]
  return loadsOf({ ...experiment, conditions }).map(({ key, spec, condition }) => ({
    ...key,
    ...(condition.replicas
      ? predictReplicated(spec, lab, { replicas: condition.replicas.count, seed })
      : predictLoad(spec, lab, seeds, condition)),
  }))
}

/** The ceiling of replicas that share nothing, by formula and by simulation. */
function predictReplicated(
  { scenario }: LoadSpec,
  lab: Lab,
  options: { replicas: number; seed: number },
): Figures {
  const { perSecond, simulatedPerSecond } = predictCeiling(firstServiceOf(scenario, lab), options)
  return { completedPerSecond: perSecond, simulatedPerSecond }
}

/** A slower call makes the whole chain slower by as much, since each waits for the one before it. */
const faultMs = ({ fault }: Condition) => (fault ? Number(fault.latency) : 0)

function predictLoad(spec: LoadSpec, lab: Lab, seeds: number[], condition: Condition): Figures {
  // The experiment measures how scenarios disturb each other; no formula says it.
  if (condition.loads.some((other) => other !== spec && overlaps(other, spec))) return {}
  if (spec.arrivals !== 'closed') return predictOpen(spec, lab, seeds)
  const alone = predictScenario(spec.scenario, lab)
  // The response time law of closed systems: users are either served or in the queue (Little 1961).
  const saturatedMs = (spec.users * 1000) / alone.ceilingPerSecond
  if (saturatedMs > alone.latencyMs) return { meanMs: saturatedMs }
  return { medianMs: alone.latencyMs + faultMs(condition) }
}

const overlaps = (a: LoadSpec, b: LoadSpec) =>
  a.startSeconds < b.startSeconds + b.seconds && b.startSeconds < a.startSeconds + a.seconds

type OpenSpec = Extract<LoadSpec, { arrivals: 'even' | 'poisson' }>

/** Simulates the very start times that the runs will use. */
function predictOpen(spec: OpenSpec, lab: Lab, seeds: number[]): Figures {
  const service = firstServiceOf(spec.scenario, lab)
  const outcomes = seeds.flatMap((seed) => simulateRun(service, spec, seed))
  const served = outcomes.filter((outcome) => 'heldMs' in outcome)
  const refusedShare = 1 - served.length / outcomes.length
  const latencies = served.map(({ waitedMs, heldMs }) => waitedMs + heldMs)
  if (latencies.length === 0) return { refusedShare }
  return {
    medianMs: quantile(latencies, 0.5) + lab.calibration.hopMs,
    queueP95Ms: quantile(
      served.map(({ waitedMs }) => waitedMs),
      0.95,
    ),
    completedPerSecond: Math.min(lowestCeiling(placesOf(service)).perSecond, spec.perSecond),
    refusedShare,
  }
}

function simulateRun(service: Service, spec: OpenSpec, seed: number): Outcome[] {
  const outcomes = serve(service, createRandom(seed), drawStartTimes({ ...spec, seed }))
  return outcomes.filter(({ arrivedMs }) => arrivedMs >= spec.warmupSeconds * 1000)
}

/** Objects with their keys in order; JSON has no other freedom. */
const sortKeys = (_key: string, value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
    : value

/** JSON that is the same for equal values, as RFC 8785 has it: keys in order, no white space. */
export const canonicalJson = (value: unknown): string => JSON.stringify(value, sortKeys)

/**
 * The SHA-256 of a prediction's canonical JSON, in hex. Published before a measurement, it proves
 * that the prediction was not changed afterwards.
 */
export const seal = (prediction: object): string => hash('sha256', canonicalJson(prediction))
