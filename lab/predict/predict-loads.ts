import { hash } from 'node:crypto'
import { createRandom } from '../../formats/random.ts'
import {
  type Condition,
  type Experiment,
  type LoadSpec,
  loadsOf,
  seedOfArrivals,
} from '../experiment.ts'
import type { LoadKey, LoadPrediction } from '../load-figures.ts'
import { median, quantile, quantiles } from '../quantiles.ts'
import { drawStartTimes } from './arrivals.ts'
import { lowestCeiling, placesOf } from './ceiling.ts'
import { type Calibration, hopAt, type Lab, labOf } from './lab-settings.ts'
import { firstServiceOf, predictScenario } from './predict-lab.ts'
import { type Service, serviceMsOf } from './service.ts'
import { serve } from './simulate.ts'
import { predictCeiling } from './simulate-ceiling.ts'

export type PredictLoadsOptions = { calibration: Calibration; cores: number; seed: number }

type Figures = Omit<LoadPrediction, keyof LoadKey>

/**
 * Predicts the loads of an experiment from settings and calibration alone. Loads that others
 * disturb are left out: the experiment measures how much, and no formula says it.
 */
export function predictLoads(
  experiment: Experiment,
  { calibration, cores, seed }: PredictLoadsOptions,
): LoadPrediction[] {
  const lab = labOf({ settings: experiment.settings, cores, calibration })
  const repeats = experiment.starts * experiment.runsPerStart
  const seeds = Array.from({ length: repeats }, (_, repeat) => seedOfArrivals(seed, repeat))
  const conditions = [...experiment.conditions, ...(experiment.simulated ?? [])]
  return loadsOf({ ...experiment, conditions }).flatMap(({ key, spec, condition }) => {
    const figures = condition.replicas
      ? predictReplicated(spec, lab, { replicas: condition.replicas.count, seed })
      : predictLoad(spec, lab, { seeds, condition })
    return figures ? [{ ...key, ...figures }] : []
  })
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

type Drawn = { seeds: number[]; condition: Condition }

function predictLoad(spec: LoadSpec, lab: Lab, { seeds, condition }: Drawn): Figures | undefined {
  if (condition.loads.some((other) => other !== spec && overlaps(other, spec))) return undefined
  if (spec.arrivals !== 'closed') return predictOpen(spec, lab, seeds)
  const alone = predictScenario(spec.scenario, lab)
  // The response time law of closed systems: users are either served or in the queue (Little 1961).
  const saturatedMs = (spec.users * 1000) / alone.ceilingPerSecond
  const isWaiting = saturatedMs > alone.latencyMs && alone.bottleneck.endsWith(' slots')
  if (isWaiting) return { meanMs: saturatedMs }
  // Several users share the cores, and a calibration with one client sees no part of that.
  return spec.users === 1 ? { medianMs: alone.latencyMs + faultMs(condition) } : undefined
}

const overlaps = (a: LoadSpec, b: LoadSpec) =>
  a.startSeconds < b.startSeconds + b.seconds && b.startSeconds < a.startSeconds + a.seconds

type OpenSpec = Extract<LoadSpec, { arrivals: 'even' | 'poisson' }>

/** Simulates the very start times that each run will use; a figure is the median over the runs. */
function predictOpen(spec: OpenSpec, lab: Lab, seeds: number[]): Figures {
  const service = firstServiceOf(spec.scenario, lab)
  const runs = (spec.arrivals === 'even' ? seeds.slice(0, 1) : seeds).map((seed) =>
    figuresOf(simulateRun({ service, lab }, spec, seed)),
  )
  const valuesOf = (figure: SimulatedFigure) => runs.map(({ [figure]: value }) => value)
  const { perSecond: ceiling } = lowestCeiling(placesOf(service))
  const medians = simulatedFigures.map((figure) => [figure, median(valuesOf(figure))] as const)
  return {
    ...Object.fromEntries(medians.filter(([, value]) => Number.isFinite(value))),
    // Below the ceiling it is the rate of the arrivals, which would be no prediction.
    ...(ceiling < spec.perSecond && { completedPerSecond: ceiling }),
    ...(spec.arrivals === 'poisson' && {
      byRun: Object.fromEntries(simulatedFigures.map((figure) => [figure, valuesOf(figure)])),
    }),
  }
}

const simulatedFigures = ['medianMs', 'queueP95Ms', 'refusedShare'] as const
type SimulatedFigure = (typeof simulatedFigures)[number]

/** The part of a hop that the service's own event loop takes, if that is what requests wait for. */
const loopMsOf = ({ queueLimit, ...service }: Service) =>
  queueLimit === Infinity ? serviceMsOf(service) : 0

/** What a load's arrivals depend on, and which of them count. */
export type Window = Pick<OpenSpec, 'arrivals' | 'perSecond' | 'seconds' | 'warmupSeconds'>

/** The requests of one run after its warm-up, as they were served. */
export function simulateRun(
  { service, lab: { calibration } }: { service: Service; lab: Lab },
  window: Window,
  seed: number,
) {
  const outcomes = serve(service, createRandom(seed), drawStartTimes({ ...window, seed })).filter(
    ({ arrivedMs }) => arrivedMs >= window.warmupSeconds * 1000,
  )
  const served = outcomes.filter((outcome) => 'heldMs' in outcome)
  return {
    refusedShare: 1 - served.length / outcomes.length,
    waits: served.map(({ waitedMs }) => waitedMs),
    /** Within their service. */
    latencies: served.map(({ waitedMs, heldMs }) => waitedMs + heldMs),
    /** The part of a request that its service does not see. */
    outsideMs: hopAt(calibration, window.perSecond) - loopMsOf(service),
  }
}

/** NaN where nothing was served. */
export const figuresOf = ({
  waits,
  latencies,
  outsideMs,
  refusedShare,
}: ReturnType<typeof simulateRun>) => {
  const [p50, p95, p99] = quantiles(latencies, [0.5, 0.95, 0.99])
  return {
    medianMs: p50 + outsideMs,
    p95Ms: p95 + outsideMs,
    p99Ms: p99 + outsideMs,
    queueP95Ms: quantile(waits, 0.95),
    refusedShare,
  }
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
