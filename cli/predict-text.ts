/** What `npm run predict` prints. */

import { inWords, percent } from '../formats/table.ts'
import type { Forecast } from '../lab/predict/forecast.ts'
import type { Prediction } from '../lab/predict/prediction.ts'
import type { Summary } from '../lab/predict/simulate.ts'
import { criterion } from '../lab/predict/slots-needed.ts'
import { drawBars } from './bar-chart.ts'
import type { PredictOptions } from './predict-options.ts'

const chartWidth = 40

const arrivalsInWords = { even: 'even', poisson: 'Poisson' }

const rateInWords = (perSecond: number) =>
  perSecond < 10 ? `${Number(perSecond.toPrecision(3))}/s` : `${Math.round(perSecond)}/s`

const quantiles = ({ p50, p95, p99 }: Summary) =>
  `median ${inWords(p50)}, p95 ${inWords(p95)}, p99 ${inWords(p99)}`

const refusalsInWords = ({ refusedShare, refusals }: Forecast) => {
  const reasons = Object.entries(refusals ?? {})
    .filter(([, share]) => share > 0)
    .map(([reason, share]) => `${reason} ${percent(share)}`)
  return [percent(refusedShare), ...(reasons.length > 0 ? [`(${reasons.join(', ')})`] : [])].join(
    ' ',
  )
}

const byMethod = ({ method, requests }: Forecast, seed: number) =>
  ({
    exact: 'even arrivals of fixed length find a free slot each (D/D/c)',
    simulation: `simulation of ${requests} requests, seed ${seed}`,
    flow: 'conservation of flow; the queue fills too slowly to be simulated',
  })[method]

function slotsInWords({ slotsNeeded, forecast: { ceiling, perSecond } }: Prediction): string {
  if (slotsNeeded === undefined)
    return (
      `none: the ${ceiling.bottleneck.name} allow ${rateInWords(ceiling.perSecond)}, ` +
      `not ${rateInWords(perSecond)}`
    )
  const { share, ofService } = criterion
  return (
    `${slotsNeeded}: at most ${share * 100} % of the requests wait longer than ` +
    `${ofService * 100} % of the service time`
  )
}

function ceilingInWords({ ceiling: { perSecond, bottleneck } }: Forecast): string {
  const { name, servers, holdMs } = bottleneck
  return `${rateInWords(perSecond)} = ${servers} ${name} / ${inWords(holdMs)} (Little 1961)`
}

const chartOf = (sweep: readonly Forecast[], perSecond: number) =>
  drawBars(
    sweep.map((each) => ({
      label: `${each.perSecond === perSecond ? '→ ' : ''}${rateInWords(each.perSecond)}`,
      value: each.latencyMs.p95,
      note:
        inWords(each.latencyMs.p95) +
        (each.refusedShare > 0 ? `, ${percent(each.refusedShare)} refused` : ''),
    })),
    chartWidth,
  )

/** The prediction in lines, with a chart of the latency by rate. */
export function printPrediction(prediction: Prediction, { load }: PredictOptions): string {
  const { forecast, meanWait, sweep } = prediction
  const formula = meanWait ? `; ${inWords(meanWait.ms)} by ${meanWait.formula.name}` : ''
  const facts = {
    'service time': inWords(forecast.serviceMs),
    ceiling: ceilingInWords(forecast),
    utilisation:
      `${percent(forecast.utilisation)} at ${rateInWords(load.perSecond)}, ` +
      `${arrivalsInWords[load.arrivals]} arrivals`,
    latency: quantiles(forecast.latencyMs),
    'waiting for a slot': quantiles(forecast.waitMs),
    'mean wait': inWords(forecast.waitMs.mean) + formula,
    refused: refusalsInWords(forecast),
    'slots that would do': slotsInWords(prediction),
    method: byMethod(forecast, load.seed),
  }
  const lines = Object.entries(facts).map(([name, value]) => `${name.padEnd(20)} ${value}`)
  return [...lines, '', 'p95 of the latency by rate:', chartOf(sweep, load.perSecond)].join('\n')
}
