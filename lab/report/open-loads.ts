/** The loads with open arrivals of the capacity experiment. */
import { type LoadMeasurement, type LoadPrediction, nameOf } from '../load-figures.ts'
import type { Measurement } from '../measurement.ts'
import type { ArrivalProcess } from '../predict/arrivals.ts'

export type OpenLoad = {
  arrivals: ArrivalProcess
  perSecond: number
  measured: LoadMeasurement
  predicted: LoadPrediction | undefined
}

const predictionOf = ({ predictions }: Measurement, load: LoadMeasurement) =>
  predictions.find((prediction) => nameOf(prediction) === nameOf(load))

/** By scenario, in the order of their rates. */
export function openLoads(measurement: Measurement): Map<number, OpenLoad[]> {
  const loads = measurement.measured.flatMap((measured): OpenLoad[] => {
    const { arrivals, perSecond, experiment } = measured
    if (experiment !== 'capacity' || arrivals === 'closed' || perSecond === undefined) return []
    return [{ arrivals, perSecond, measured, predicted: predictionOf(measurement, measured) }]
  })
  const byScenario = Map.groupBy(
    loads.toSorted((a, b) => a.perSecond - b.perSecond),
    ({ measured }) => measured.scenario,
  )
  return new Map([...byScenario].toSorted(([a], [b]) => a - b))
}
