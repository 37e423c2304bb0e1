/** The output of `npm run predict`. */
import { inWords, percent, printTable } from '../formats/table.ts'
import type { Load } from '../lab/predict/arrivals.ts'
import { ceilingOf } from '../lab/predict/ceiling.ts'
import type { Forecast } from '../lab/predict/forecast.ts'
import type { Prediction } from '../lab/predict/prediction.ts'
import { statedError } from '../lab/predict/simulate.ts'
import type { ReplicasCeiling } from '../lab/predict/simulate-ceiling.ts'
import { criterion, mostSlots, type SlotsNeeded } from '../lab/predict/slots-needed.ts'
import type { Summary } from '../lab/predict/summary.ts'

const chartWidth = 40

const arrivalsInWords = { even: 'even', poisson: 'Poisson' }

const rateInWords = (perSecond: number) =>
  perSecond < 10 ? `${Number(perSecond.toPrecision(3))}/s` : `${Math.round(perSecond)}/s`

/** How precise a figure is, rounded up to a digit. */
function precision(value: number, plusMinus = 0): string {
  if (plusMinus === 0) return ''
  if (value === 0) return ` ± ${inWords(plusMinus)}`
  const share = (plusMinus / value) * 100
  return ` ± ${share < 1 ? Math.ceil(share * 10) / 10 : Math.ceil(share)} %`
}

const figureNames = { mean: 'mean', p50: 'median', p95: 'p95', p99: 'p99' }

type Key = keyof typeof figureNames
type Estimated = Summary & { plusMinus?: Summary }

const figuresInWords = (estimated: Estimated, keys: readonly Key[]) =>
  keys
    .map((key) => {
      const value = estimated[key]
      return `${figureNames[key]} ${inWords(value)}${precision(value, estimated.plusMinus?.[key])}`
    })
    .join(', ')

const latencyInWords = (latency: Estimated) => figuresInWords(latency, ['p50', 'p95', 'p99'])
const waitInWords = (wait: Estimated) => figuresInWords(wait, ['mean', 'p50', 'p95', 'p99'])

function refusalsInWords({ refusedShare, refusedPlusMinus = 0, refusals }: Forecast): string {
  const reasons = Object.entries(refusals ?? {})
    .filter(([, share]) => share > 0)
    .map(([reason, share]) => `${reason} ${percent(share)}`)
  const points = refusedPlusMinus > 0 ? ` ± ${Math.ceil(refusedPlusMinus * 1000) / 10} points` : ''
  return percent(refusedShare) + points + (reasons.length > 0 ? ` (${reasons.join(', ')})` : '')
}

const unsettled = 'not settled: the queue changes too slowly for so few; ± may be too small'

const methodInWords = ({ method, formulas, requests, isSettled }: Forecast, seed: number) =>
  ({
    exact: `exact: ${formulas.map(({ name }) => name).join(', ')}`,
    simulation:
      `simulation of ${requests} requests, seed ${seed}; ` +
      (isSettled ? '± is half the 95 % interval' : unsettled),
    flow: 'conservation of flow; the queue fills too slowly to be simulated',
  })[method]

function slotsInWords(needed: SlotsNeeded, perSecond: number): string {
  const { share, ofService } = criterion
  const broken = `refused or wait longer than ${ofService * 100} % of the service time`
  if ('slots' in needed) return `${needed.slots}: at most ${share * 100} % are ${broken}`
  if ('brokenBy' in needed)
    return `none: even with ${mostSlots} slots, ${percent(needed.brokenBy)} are ${broken}`
  const { name } = needed.short
  const ceiling = rateInWords(ceilingOf(needed.short))
  return `none: the ${name} ${name === 'pool' ? 'allows' : 'allow'} ${ceiling}, not ${rateInWords(perSecond)}`
}

function ceilingInWords({ ceiling: { perSecond, bottleneck } }: Forecast): string {
  const { name, servers, holdMs } = bottleneck
  return `${rateInWords(perSecond)} = ${servers} ${name} / ${inWords(holdMs)} (Little 1961)`
}

type Bar = {
  label: string
  value: number
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

const noteOf = ({ latencyMs, refusedShare, isSettled }: Forecast) =>
  [
    inWords(latencyMs.p95),
    ...(refusedShare > 0 ? [`${percent(refusedShare)} refused`] : []),
    ...(isSettled ? [] : ['not settled']),
  ].join(', ')

const chartOf = (sweep: readonly Forecast[], perSecond: number) =>
  drawBars(
    sweep.map((each) => ({
      label: `${each.perSecond === perSecond ? '→ ' : ''}${rateInWords(each.perSecond)}`,
      value: each.latencyMs.p95,
      note: noteOf(each),
    })),
    chartWidth,
  )

const placesInWords: Record<string, string> = { cores: 'cores', pool: 'the pool' }

/** The waits at each place, in turn. */
const waitFacts = ({ waitMs, resourceWaitMs }: Forecast) => ({
  'waiting for a slot': waitInWords(waitMs),
  ...Object.fromEntries(
    Object.entries(resourceWaitMs).map(([name, wait]) => [
      `waiting for ${placesInWords[name]}`,
      waitInWords(wait),
    ]),
  ),
})

/** The prediction in lines, with a chart of the latency by rate. */
export function printPrediction(prediction: Prediction, load: Required<Load>): string {
  const { forecast, slotsNeeded, sweep } = prediction
  const facts = {
    'service time': inWords(forecast.serviceMs),
    ceiling: ceilingInWords(forecast),
    utilisation:
      `${percent(forecast.utilisation)} at ${rateInWords(load.perSecond)}, ` +
      `${arrivalsInWords[load.arrivals]} arrivals`,
    latency: latencyInWords(forecast.latencyMs),
    ...waitFacts(forecast),
    refused: refusalsInWords(forecast),
    'slots that would do': slotsInWords(slotsNeeded, load.perSecond),
    method: methodInWords(forecast, load.seed),
  }
  const lines = Object.entries(facts).map(([name, value]) => `${name.padEnd(20)} ${value}`)
  const title = `p95 of the latency by rate, within ${statedError * 100} %:`
  return [...lines, '', title, chartOf(sweep, load.perSecond)].join('\n')
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
