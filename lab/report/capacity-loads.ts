import type {
  Estimate,
  LoadKey,
  LoadMeasurement,
  LoadPrediction,
  Measurement,
} from '../measurement.ts'
import type { Unit } from './figures.ts'

/** A figure of a load. */
export type Metric = {
  title: string
  unit: Unit
  measured: (load: LoadMeasurement) => Estimate
  predicted: (load: LoadPrediction) => number | undefined
  /** One value per run. */
  runs: (load: LoadMeasurement) => number[]
}

/** An open load with its prediction. */
export type OpenLoad = {
  arrivals: 'even' | 'poisson'
  perSecond: number
  measured: LoadMeasurement
  predicted: LoadPrediction | undefined
}

const inPercent = ({ value, interval }: Estimate): Estimate => ({
  // JSON has null for NaN, a value that could not be measured; it must not become 0.
  value: Number.isFinite(value) ? value * 100 : Number.NaN,
  interval: interval && { low: interval.low * 100, high: interval.high * 100 },
})

export const metrics: readonly Metric[] = [
  {
    title: 'Latency, median',
    unit: 'ms',
    measured: (load) => load.medianMs,
    predicted: (load) => load.medianMs,
    runs: (load) => load.runMedians,
  },
  {
    title: 'Wait for a slot, 95th percentile',
    unit: 'ms',
    measured: (load) => load.queueP95Ms,
    predicted: (load) => load.queueP95Ms,
    runs: (load) => load.runFigures.queueP95Ms,
  },
  {
    title: 'Completed',
    unit: '/s',
    measured: (load) => load.completedPerSecond,
    predicted: (load) => load.completedPerSecond,
    runs: (load) => load.runFigures.completedPerSecond,
  },
  {
    title: 'Refused',
    unit: '%',
    measured: (load) => inPercent(load.refusedShare),
    predicted: ({ refusedShare }) => (refusedShare === undefined ? undefined : refusedShare * 100),
    runs: (load) => load.runFigures.refusedShare.map((share) => share * 100),
  },
]

const isSame = (a: LoadKey, b: LoadKey) =>
  a.experiment === b.experiment && a.condition === b.condition && a.load === b.load

/** The prediction for a measured load. */
export const predictionOf = ({ predictions }: Measurement, load: LoadKey) =>
  predictions.find((prediction) => isSame(prediction, load))

/** The open loads of the capacity experiment, by scenario, in the order of their rates. */
export function openLoads(measurement: Measurement): Map<number, OpenLoad[]> {
  const loads = measurement.measured.flatMap((measured): OpenLoad[] => {
    const { arrivals, perSecond, experiment } = measured
    if (experiment !== 'capacity' || arrivals === 'closed' || perSecond === undefined) return []
    return [{ arrivals, perSecond, measured, predicted: predictionOf(measurement, measured) }]
  })
  return Map.groupBy(
    loads.toSorted((a, b) => a.perSecond - b.perSecond),
    ({ measured }) => measured.scenario,
  )
}
