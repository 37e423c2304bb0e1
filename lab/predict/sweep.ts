import { type Forecast, type ForecastOptions, forecast } from './forecast.ts'

// From a tenth of the ceiling to beyond it.
const shares = [0.1, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 1, 1.1, 1.3]
// Rates that are closer to the asked one would say the same.
const closeness = 0.02
const budget = 15_000

/**
 * Adds forecasts at rates below, at and above the ceiling to the one that was asked for, in order.
 */
export function sweepRates(options: ForecastOptions, asked: Forecast): Forecast[] {
  const others = shares
    .map((share) => asked.ceiling.perSecond * share)
    .filter((rate) => Math.abs(rate / asked.perSecond - 1) > closeness)
    .map((perSecond) => forecast({ ...options, perSecond, budget }))
  return [...others, asked].sort((a, b) => a.perSecond - b.perSecond)
}
