/** How far predictions are off, whatever the claims say. */
import {
  type LoadMeasurement,
  type LoadPrediction,
  nameOf,
  type PredictedFigure,
  type PredictionError,
} from '../load-figures.ts'
import { median } from '../quantiles.ts'
import { estimateFigure } from './estimate.ts'
import { mapRuns } from './run-values.ts'
import { factorOf, scale, unitOf, valuesOf } from './units.ts'

const bases: Record<PredictedFigure, string> = {
  medianMs: 'the designed wait, and the calibrated cost of each hop, call and query',
  meanMs: 'the response time law: users over the ceiling',
  queueP95Ms: 'simulation of the start times that were used',
  completedPerSecond: "Little's law: places over the time that a request holds one",
  refusedShare: 'simulation: arrivals beyond the ceiling find the queue full',
}

const figures = Object.keys(bases) as PredictedFigure[]

function errorOf(
  measured: LoadMeasurement,
  prediction: LoadPrediction,
  figure: PredictedFigure,
): PredictionError[] {
  const value = prediction[figure]
  const values = valuesOf(measured, figure)
  if (value === undefined || values.flat().every((each) => each === null)) return []
  const predicted = value * factorOf(figure)
  const byRun = prediction.byRun?.[figure]
  const expectedOf = (run: number) => (byRun?.[run] ?? value) * factorOf(figure)
  const difference = estimateFigure(
    mapRuns(values, (each, run) => each - expectedOf(run)),
    measured.startRatios,
  )
  const { experiment, condition, load, scenario } = measured
  return [
    {
      ...{ experiment, condition, load, scenario, figure, unit: unitOf[figure], predicted },
      measured: estimateFigure(values, measured.startRatios),
      error: predicted > 0 ? scale(difference, 1 / predicted) : undefined,
      difference: byRun && difference,
      basis: bases[figure],
    },
  ]
}

/**
 * Each predicted figure that was measured. Where every run has start times of its own, it is
 * compared with the prediction for those: most of the chance in both is then the same.
 */
export const findErrors = (
  predictions: readonly LoadPrediction[],
  measured: readonly LoadMeasurement[],
): PredictionError[] =>
  measured.flatMap((load) => {
    const prediction = predictions.find((each) => nameOf(each) === nameOf(load))
    return prediction ? figures.flatMap((figure) => errorOf(load, prediction, figure)) : []
  })

/** How far all of them are off, as shares: the median, and the worst with its name. */
export function summarizeErrors(errors: readonly PredictionError[]) {
  const sized = errors.flatMap((each) =>
    each.error && Number.isFinite(each.error.value)
      ? [{ ...each, size: Math.abs(each.error.value) }]
      : [],
  )
  if (sized.length === 0) return undefined
  const worst = sized.reduce((most, each) => (each.size > most.size ? each : most))
  return { count: sized.length, median: median(sized.map(({ size }) => size)), worst }
}
