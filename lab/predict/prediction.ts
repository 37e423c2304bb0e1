import { type Forecast, type ForecastOptions, forecast } from './forecast.ts'
import type { Formula } from './formulas.ts'
import { type SlotsNeeded, slotsNeeded } from './slots-needed.ts'

/** All that theory says of one service at one rate. */
export type Prediction = {
  forecast: Forecast
  slotsNeeded: SlotsNeeded
  /** Below, at and above the ceiling. */
  sweep: Forecast[]
  /** All that the forecast was made with. */
  formulas: readonly Formula[]
}

// From a tenth of the ceiling to beyond it.
const shares = [0.1, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 1, 1.1, 1.3]
// Rates that are closer to the given one would say the same.
const closeness = 0.02
const sweepBudget = 150_000

/** Adds forecasts at rates below, at and above the ceiling to the given one, in order. */
function sweepRates(options: ForecastOptions, given: Forecast): Forecast[] {
  const budget = Math.min(options.budget ?? sweepBudget, sweepBudget)
  const others = shares
    .map((share) => given.ceiling.perSecond * share)
    .filter((rate) => Math.abs(rate / given.perSecond - 1) > closeness)
    .map((perSecond) => forecast({ ...options, perSecond, budget }))
  return [...others, given].sort((a, b) => a.perSecond - b.perSecond)
}

/** Predicts a service from its description, within about two seconds. */
export function predict(options: ForecastOptions): Prediction {
  const given = forecast(options)
  return {
    forecast: given,
    slotsNeeded: slotsNeeded(options.service, options),
    sweep: sweepRates(options, given),
    formulas: given.formulas,
  }
}
