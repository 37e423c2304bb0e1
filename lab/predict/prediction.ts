import { allenCunneenMs } from './erlang.ts'
import { type Forecast, type ForecastOptions, forecast } from './forecast.ts'
import { type Formula, formulas } from './formulas.ts'
import { variationOf } from './random.ts'
import { serviceMsOf } from './service.ts'
import { slotsNeeded } from './slots-needed.ts'
import { sweepRates } from './sweep.ts'

/** All that theory says of one service at one rate. */
export type Prediction = {
  forecast: Forecast
  /** The mean wait for a slot, for services without resources below their ceiling. */
  meanWait?: { ms: number; formula: Formula }
  /** By the criterion of lab/predict/slots-needed.ts. */
  slotsNeeded?: number
  /** Below, at and above the ceiling. */
  sweep: Forecast[]
  /** All that were used. */
  formulas: Formula[]
}

const budget = 60_000

/** Allen and Cunneen's approximation is the exact formula in both special cases. */
function formulaOf(variation: { arrivals: number; service: number }): Formula {
  if (variation.arrivals === 0 && variation.service === 0) return formulas.even
  const isErlang = variation.arrivals === 1 && variation.service === 1
  return isErlang ? formulas.erlangC : formulas.allenCunneen
}

function meanWaitOf({ service, arrivals, perSecond }: ForecastOptions): Prediction['meanWait'] {
  const queue = { servers: service.slots, perSecond, serviceMs: serviceMsOf(service) }
  const variation = {
    arrivals: arrivals === 'even' ? 0 : 1,
    service: variationOf(service.delay),
  }
  const ms = service.resources.length > 0 ? Infinity : allenCunneenMs(queue, variation)
  return Number.isFinite(ms) ? { ms, formula: formulaOf(variation) } : undefined
}

/** Predicts a service that someone describes, within a second. */
export function predict(options: ForecastOptions): Prediction {
  const asked = forecast({ budget, ...options })
  const meanWait = meanWaitOf(options)
  const needed = slotsNeeded(options.service, options)
  const used = [...asked.formulas, ...(meanWait ? [meanWait.formula] : [])]
  if (needed && asked.method !== 'exact') used.push(formulas.erlangC)
  return {
    forecast: asked,
    ...(meanWait && { meanWait }),
    ...(needed !== undefined && { slotsNeeded: needed }),
    sweep: sweepRates(options, asked),
    formulas: [...new Set(used)],
  }
}
