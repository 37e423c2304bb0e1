/** The curve of theory through the points of a chart: predictions at the rates between them. */
import { seedOfArrivals } from '../experiment.ts'
import type { Figure } from '../load-figures.ts'
import type { Measurement } from '../measurement.ts'
import { lowestCeiling, placesOf } from '../predict/ceiling.ts'
import { type Lab, labOf } from '../predict/lab-settings.ts'
import { firstServiceOf } from '../predict/predict-lab.ts'
import { figuresOf, simulateRun, type Window } from '../predict/predict-loads.ts'
import type { Service } from '../predict/service.ts'
import { median } from '../quantiles.ts'
import type { OpenLoad } from './open-loads.ts'

export type TheoryFigure = Exclude<Figure, 'meanMs'>

/** What theory expects at a rate, in the units of the charts. */
export type TheoryPoint = Record<TheoryFigure, number> & {
  perSecond: number
  /** Whether the rate is above the ceiling. */
  isAbove: boolean
}

type Curve = { service: Service; lab: Lab; ceiling: number; seeds: readonly number[] }

function pointAt(window: Window, curve: Curve): TheoryPoint {
  const { perSecond } = window
  const runs = curve.seeds.map((seed) => figuresOf(simulateRun(curve, window, seed)))
  const middle = (name: keyof (typeof runs)[number]) => median(runs.map((run) => run[name]))
  return {
    medianMs: middle('medianMs'),
    p95Ms: middle('p95Ms'),
    p99Ms: middle('p99Ms'),
    queueP95Ms: middle('queueP95Ms'),
    refusedShare: 100 * middle('refusedShare'),
    perSecond,
    isAbove: perSecond > curve.ceiling,
    completedPerSecond: Math.min(perSecond, curve.ceiling),
  }
}

/** The load of an experiment at a rate at which it was not measured. */
function windowAt(perSecond: number, { measured, arrivals }: OpenLoad, curve: Curve): Window {
  const { seconds, warmupSeconds = 0 } = measured
  const { slots, queueLimit } = curve.service
  const isMeasured = perSecond === measured.perSecond
  if (isMeasured || perSecond <= curve.ceiling)
    return { arrivals, perSecond, seconds, warmupSeconds }
  // Until the queue is full.
  const fillSeconds = (slots + queueLimit) / (perSecond - curve.ceiling)
  const counted = seconds - warmupSeconds
  return { arrivals, perSecond, seconds: fillSeconds + counted, warmupSeconds: fillSeconds }
}

const points = 40
// Closer above the ceiling, a queue takes too long to fill.
const leastAbove = 1.02

// Fewer random arrivals in a run have no percentiles to speak of.
const fewestArrivals = 10

const lowestRate = ({ arrivals, measured: { seconds, warmupSeconds = 0 } }: OpenLoad) =>
  arrivals === 'even' ? 0 : fewestArrivals / (seconds - warmupSeconds)

/** Rates from a twentieth of the highest one to a bit beyond it, the measured ones among them. */
function ratesFor(loads: readonly OpenLoad[], { ceiling, service }: Curve): number[] {
  const least = Math.min(...loads.map(lowestRate))
  const measured = loads.map(({ perSecond }) => perSecond)
  const step = (Math.max(...measured) * 1.05) / points
  const spread = Array.from({ length: points - 1 }, (_, index) => step * (index + 2))
  const rates = [...new Set([...spread, ...measured, ceiling * 0.999, ceiling * leastAbove])]
  const most = step * points
  const isSteady = (rate: number) =>
    rate < ceiling || (rate >= ceiling * leastAbove && Number.isFinite(service.queueLimit))
  const isShown = (rate: number) =>
    measured.includes(rate) || (rate >= least && rate <= most && isSteady(rate))
  return rates.filter(isShown).toSorted((a, b) => a - b)
}

/** How a load is predicted: what it meets, and the seeds of its runs. */
function curveOf({ settings, calibration, machine, seed }: Measurement, load: OpenLoad): Curve {
  const cores = Number(machine.cores)
  const lab = labOf({ settings: settings[load.measured.experiment] ?? {}, cores, calibration })
  const service = firstServiceOf(load.measured.scenario, lab)
  const repeats = load.predicted?.byRun?.medianMs?.length ?? 1
  return {
    service,
    lab,
    ceiling: lowestCeiling(placesOf(service)).perSecond,
    seeds: Array.from({ length: repeats }, (_, repeat) => seedOfArrivals(seed, repeat)),
  }
}

/**
 * What theory expects of one scenario and one kind of arrivals at all rates, from the settings, the
 * calibration and the seed of the measurement: at a measured rate it is the sealed prediction.
 */
export function theoryOf(measurement: Measurement, loads: readonly OpenLoad[]): TheoryPoint[] {
  const [first] = loads
  if (!first) return []
  const curve = curveOf(measurement, first)
  const nearest = (rate: number) =>
    loads.reduce((best, load) =>
      Math.abs(load.perSecond - rate) < Math.abs(best.perSecond - rate) ? load : best,
    )
  return ratesFor(loads, curve).map((rate) => pointAt(windowAt(rate, nearest(rate), curve), curve))
}

/** The latencies that theory expects of a load, in milliseconds: those of all its runs. */
export function theoryLatencies(measurement: Measurement, load: OpenLoad): number[] {
  const curve = curveOf(measurement, load)
  const window = windowAt(load.perSecond, load, curve)
  return curve.seeds.flatMap((seed) => {
    const { latencies, outsideMs } = simulateRun(curve, window, seed)
    return latencies.map((ms) => ms + outsideMs)
  })
}
