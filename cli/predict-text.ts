/** The output of `npm run predict`. */
import { inWords, percent, printTable } from '../formats/table.ts'
import type { ArrivalProcess } from '../lab/predict/arrivals.ts'
import type { Forecast } from '../lab/predict/forecast.ts'
import type { Prediction } from '../lab/predict/prediction.ts'
import { criterion } from '../lab/predict/prediction.ts'
import type { Summary } from '../lab/predict/simulate.ts'
import type { ReplicasCeiling } from '../lab/predict/simulate-ceiling.ts'

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
  return percent(refusedShare) + (reasons.length > 0 ? ` (${reasons.join(', ')})` : '')
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

type Bar = {
  label: string
  value: number
  /** What stands behind the bar. */
  note: string
}

const eighths = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉']

/** A bar of so many characters, to an eighth; any value above 0 shows. */
function barOf(length: number): string {
  const parts = Math.round(length * 8)
  const rest = eighths[Math.max(parts, length > 0 ? 1 : 0) % 8] ?? ''
  return '█'.repeat(Math.floor(parts / 8)) + rest
}

/** Horizontal bars from 0, the longest of `width` characters. */
export function drawBars(bars: readonly Bar[], width: number): string {
  const most = Math.max(...bars.map(({ value }) => value))
  const labelWidth = Math.max(...bars.map(({ label }) => label.length))
  return bars
    .map(({ label, value, note }) => {
      const bar = barOf(most > 0 ? (value / most) * width : 0)
      return `${label.padStart(labelWidth)} ${bar} ${note}`.trimEnd()
    })
    .join('\n')
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

type Load = { arrivals: ArrivalProcess; perSecond: number; seed: number }

/** The prediction in lines, with a chart of the latency by rate. */
export function printPrediction(prediction: Prediction, load: Load): string {
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

const exactRate = (perSecond: number) => `${Number(perSecond.toPrecision(5))}/s`

const ceilingRow = ({ replicas, perSecond, simulatedPerSecond: inOrder }: ReplicasCeiling) => [
  String(replicas),
  ...[perSecond, inOrder['round-robin'], inOrder.random].map(exactRate),
]

const ceilingHeadings = ['replicas', 'ceiling', 'simulated, in turn', 'simulated, at random']

/** The ceilings of replicas as a table; nothing if none were asked for. */
export const printCeilings = (ceilings: readonly ReplicasCeiling[]): string[] =>
  ceilings.length === 0 ? [] : [printTable(ceilingHeadings, ceilings.map(ceilingRow))]
