/** How far predictions are off: the worst first. */
import { dot, rect, ruleX, ruleY } from '@observablehq/plot'
import { html } from 'hono/html'
import { counted } from '../../formats/table.ts'
import { summarizeErrors } from '../judge/prediction-errors.ts'
import type { PredictedFigure, PredictionError } from '../load-figures.ts'
import { colors, draw, errorsLegend, strip, stripAxis } from './draw.ts'
import { errorInWords, estimateInUnit, inUnit, prose, signedPercent, withEnds } from './figures.ts'
import { loadInWords } from './load-names.ts'

const figureNames: Record<PredictedFigure, string> = {
  medianMs: 'latency, median',
  meanMs: 'latency, mean',
  queueP95Ms: 'wait for a slot, 95th percentile',
  completedPerSecond: 'completed',
  refusedShare: 'refused',
}

// A share of the prediction; without one, so many milliseconds or per cent.
const close = { share: 0.05, amount: 1 }

/** By how many times it is further off than what is called close. */
function distanceOf({ error, measured, predicted }: PredictionError): number {
  if (error) return Math.abs(error.value) / close.share
  return Math.abs(measured.value - predicted) / close.amount
}

const isMiss = (error: PredictionError) => distanceOf(error) > 1

/** All predictions in one line; `undefined` if none can be compared. */
export function errorLine(errors: readonly PredictionError[]): string | undefined {
  const summary = summarizeErrors(errors)
  if (!summary) return undefined
  const [median, worst] = [summary.median, summary.worst.size].map((it) => inUnit(it * 100, '%'))
  return prose`Predictions are off by ${median ?? ''} (median) and ${worst ?? ''} at most
    (${loadInWords(summary.worst)}).`
}

type Domain = readonly [low: number, high: number]

/** One scale for all, so that rows can be compared; half and twice the prediction at most. */
function domainOf(errors: readonly PredictionError[]): Domain {
  const ends = errors.flatMap(({ error }) => {
    if (!error) return []
    const { value, low, high } = withEnds(error)
    return [value, low, high].map((share) => share * 100)
  })
  return [Math.max(-100, Math.min(-10, ...ends)), Math.min(100, Math.max(10, ...ends))]
}

function errorStrip({ error }: PredictionError, domain: Domain) {
  if (!error) return ''
  const { value, low, high } = withEnds(error)
  const stroke = colors.measured
  const band = [{ x1: -close.share * 100, x2: close.share * 100 }]
  return draw(`Off by ${errorInWords(error)}`, {
    ...strip,
    height: 44,
    marginLeft: 20,
    x: { domain, clamp: true },
    y: { domain: [0, 1], axis: null },
    marks: [
      rect(band, { x1: 'x1', x2: 'x2', y1: 0, y2: 1, fill: colors.allowed }),
      ruleX([0], { stroke: colors.predicted, strokeWidth: 2 }),
      error.interval && ruleY([0.5], { x1: low * 100, x2: high * 100, stroke, strokeWidth: 3 }),
      dot([value * 100], { x: (it) => it, y: () => 0.5, r: 4.5, fill: stroke }),
      stripAxis('%'),
    ],
  })
}

function offCell({ error, difference, measured, predicted, unit }: PredictionError) {
  if (!error) return html`<td data-name="Off by">${inUnit(measured.value - predicted, unit)}</td>`
  const { value, interval } = error
  const range =
    interval &&
    html`<small>${signedPercent(interval.low)} to ${signedPercent(interval.high)}</small>`
  const paired = difference && html`<small>run by run ${estimateInUnit(difference, unit)}</small>`
  return html`<td data-name="Off by">${signedPercent(value)}${range ?? ''}${paired ?? ''}</td>`
}

const row = (error: PredictionError, domain: Domain) => html`<tr>
<th scope="row">${loadInWords(error)}<small>${figureNames[error.figure]}</small></th>
<td data-name="Predicted">${inUnit(error.predicted, error.unit)}<small>${error.basis}</small></td>
<td data-name="Measured">${estimateInUnit(error.measured, error.unit)}</td>
<td class="strip">${errorStrip(error, domain)}</td>
${offCell(error)}</tr>
`

const table = (errors: readonly PredictionError[], domain: Domain) => html`<table class="stack">
<caption>Measured over predicted, as a share of the prediction, with 95 % intervals. Where every run
has start times of its own, it is compared with the prediction for those.</caption>
<thead><tr><th scope="col">load</th><th scope="col">predicted</th><th scope="col">measured</th>
<th scope="col">off, in per cent</th><th scope="col">off by</th></tr></thead>
<tbody>${errors.map((error) => row(error, domain))}</tbody>
</table>`

/** Every prediction that was measured; those that miss are not folded. */
export function errorsSection(errors: readonly PredictionError[]) {
  if (errors.length === 0) return undefined
  const sorted = errors.toSorted((a, b) => distanceOf(b) - distanceOf(a))
  const domain = domainOf(errors)
  const [misses, others] = [sorted.filter(isMiss), sorted.filter((error) => !isMiss(error))]
  const share = inUnit(close.share * 100, '%')
  return html`<p>${misses.length} of ${counted(errors.length, 'predicted figure')}
${misses.length === 1 ? 'is' : 'are'} off by more than ${share}${misses.length > 0 ? ', the worst first' : ''}. A claim and a prediction are two
statements: a claim may hold although the prediction misses.</p>
${errorsLegend}${misses.length > 0 ? table(misses, domain) : ''}
${
  others.length > 0
    ? html`<details><summary>${counted(others.length, 'figure')} within ${share}
</summary>${table(others, domain)}</details>`
    : ''
}`
}
