/** Figures of loads in the units of their charts: shares in per cent. */
import { inUnitOf } from '../judge/criteria.ts'
import { scale } from '../judge/prediction-errors.ts'
import type {
  Estimate,
  Figure,
  LoadMeasurement,
  LoadPrediction,
  PredictedFigure,
} from '../load-figures.ts'

const factorOf = (figure: Figure) => (figure === 'refusedShare' ? 100 : 1)

/** The value of a load with its interval. */
export const estimateOf = ({ figures }: LoadMeasurement, figure: Figure): Estimate =>
  scale(figures[figure], factorOf(figure))

/** One value per run that has one. */
export const valuesOf = ({ runFigures }: LoadMeasurement, figure: Figure): number[] =>
  inUnitOf(figure, runFigures[figure])
    .flat()
    .filter((value) => value !== null)

/** The predicted value; `undefined` if there is none. */
export function predictedOf(prediction: LoadPrediction | undefined, figure: PredictedFigure) {
  const value = prediction?.[figure]
  return value === undefined ? undefined : value * factorOf(figure)
}
