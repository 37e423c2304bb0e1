import { readFigure } from '../judge/criteria.ts'
import type { LoadKey, LoadMeasurement, LoadPrediction, Measurement } from '../measurement.ts'

/** A figure of a load, with its title. */
export type Metric = { title: string } & ReturnType<typeof readFigure>

/** An open load with its prediction. */
export type OpenLoad = {
  arrivals: 'even' | 'poisson'
  perSecond: number
  measured: LoadMeasurement
  predicted: LoadPrediction | undefined
}

export const metrics: readonly Metric[] = [
  { title: 'Latency, median', ...readFigure('medianMs', 'ms') },
  { title: 'Wait for a slot, 95th percentile', ...readFigure('queueP95Ms', 'ms') },
  { title: 'Completed', ...readFigure('completedPerSecond', '/s') },
  { title: 'Refused', ...readFigure('refusedShare', '%') },
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
