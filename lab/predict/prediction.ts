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
  /** The mean wait for a slot by formula, for services without resources below their ceiling. */
  meanWaitByFormulaMs?: number
  /** By the criterion of lab/predict/slots-needed.ts. */
  slotsNeeded?: number
  /** Below, at and above the ceiling. */
  sweep: Forecast[]
  formulas: Formula[]
}

const budget = 60_000

function meanWaitByFormula({ service, arrivals, perSecond }: ForecastOptions): number | undefined {
  const queue = { servers: service.slots, perSecond, serviceMs: serviceMsOf(service) }
  const variation = {
    arrivals: arrivals === 'even' ? 0 : 1,
    service: variationOf(service.delay),
  }
  const ms = service.resources.length > 0 ? Infinity : allenCunneenMs(queue, variation)
  return Number.isFinite(ms) ? ms : undefined
}

/** Predicts a service that someone describes, within a second. */
export function predict(options: ForecastOptions): Prediction {
  const at = forecast({ budget, ...options })
  const meanWaitByFormulaMs = meanWaitByFormula(options)
  const needed = slotsNeeded(options.service, options)
  return {
    forecast: at,
    ...(meanWaitByFormulaMs !== undefined && { meanWaitByFormulaMs }),
    ...(needed !== undefined && { slotsNeeded: needed }),
    sweep: sweepRates(options, at),
    formulas: [
      ...at.formulas,
      ...(meanWaitByFormulaMs === undefined ? [] : [formulas.allenCunneen]),
      formulas.erlangC,
    ],
  }
}
