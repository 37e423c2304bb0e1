import { axisX, dot, rect, ruleX, ruleY } from '@observablehq/plot'
import { html } from 'hono/html'
import { counted } from '../../formats/table.ts'
import type { ClaimVerdict, Estimate, JudgedClaim } from '../measurement.ts'
import { colors, draw, stripLegend } from './draw.ts'
import { allowedInWords, inUnit, prose, rangeInUnit, scenarioTitle } from './figures.ts'

/** How many claims have a verdict. */
const countOf = (claims: readonly JudgedClaim[], verdict: ClaimVerdict): number =>
  claims.filter((claim) => claim.verdict === verdict).length

/** The verdict of all claims in one line: `All 12 claims are confirmed.` */
export function verdictLine(claims: readonly JudgedClaim[]): string {
  if (claims.length === 0) return 'No claim was judged.'
  const confirmed = countOf(claims, 'confirmed')
  if (confirmed === claims.length) return `All ${claims.length} claims are confirmed.`
  const rest = (['refuted', 'not resolved'] as const)
    .map((verdict) => [countOf(claims, verdict), verdict] as const)
    .filter(([count]) => count > 0)
    .map(([count, verdict]) => `${count} ${verdict}`)
  const verb = confirmed === 1 ? 'is' : 'are'
  return `${confirmed} of ${claims.length} claims ${verb} confirmed, ${rest.join(', ')}.`
}

/** The range of a strip, with a margin. Allowed values may be below 0; figures are not. */
function domainOf(values: readonly (number | undefined)[]): [number, number] {
  const known = values.filter((value) => value !== undefined && Number.isFinite(value)) as number[]
  const low = Math.max(0, Math.min(...known))
  const high = Math.max(...known)
  const margin = (high - low) * 0.12 || high * 0.1 || 1
  return [low - margin, high + margin]
}

/** The interval as a bar, the value as a dot. */
const estimateMarks = ({ value, interval }: Estimate, y: number) => [
  interval &&
    ruleY([interval], { x1: 'low', x2: 'high', y, stroke: colors.measured, strokeWidth: 3 }),
  dot([value], { x: (it) => it, y: () => y, r: 4.5, fill: colors.measured }),
]

/** The runs above the interval, as small rings. */
const runMarks = (runs: readonly number[], y: number, stroke = colors.measured) =>
  dot([...runs], { x: (it) => it, y: () => y, r: 2.5, stroke, strokeWidth: 1 })

/** One row of a picture: the allowed range, the prediction, the measurement, and every run. */
function claimStrip(claim: JudgedClaim) {
  const { allowed, predicted, measured, runs, unit } = claim
  const { low, high }: { low?: number; high?: number } = measured.interval ?? {}
  const { atLeast, atMost } = allowed
  const domain = domainOf([atLeast, atMost, predicted, measured.value, low, high, ...runs])
  const band = [{ x1: atLeast ?? domain[0], x2: atMost ?? domain[1] }]
  const label = prose`Allowed ${allowedInWords(claim)}, predicted ${inUnit(predicted, unit)},
    measured ${inUnit(measured.value, unit)}, ${runs.length} runs`
  return draw(label, {
    width: 260,
    height: 58,
    marginLeft: 14,
    marginRight: 14,
    marginTop: 2,
    marginBottom: 18,
    x: { domain, clamp: true },
    y: { domain: [0, 1], axis: null },
    marks: [
      rect(band, { x1: 'x1', x2: 'x2', y1: 0, y2: 1, fill: colors.allowed }),
      ruleX([predicted], { stroke: colors.predicted, strokeWidth: 2 }),
      ...estimateMarks(measured, 0.3),
      runMarks(runs, 0.72),
      axisX({ ticks: 3, tickSize: 3, color: colors.muted, label: null }),
    ],
  })
}

const classOf: Record<ClaimVerdict, string> = {
  confirmed: 'good',
  refuted: 'bad',
  'not resolved': 'open',
}

// A sign beside the color, for those who see no color.
const signOf: Record<ClaimVerdict, string> = { confirmed: '✓', refuted: '✗', 'not resolved': '○' }

function measuredCell({ measured: { value, interval }, unit, runs }: JudgedClaim) {
  const count = runs.length > 0 ? counted(runs.length, 'run') : ''
  const range = interval
    ? html`${rangeInUnit(interval.low, interval.high, unit)}</small><small>${count}`
    : `${count}: too few for an interval`
  return html`${inUnit(value, unit)}<small>${range}</small>`
}

const row = (claim: JudgedClaim) => html`<tr>
<th scope="row">${claim.claim}<small>${scenarioTitle(claim.scenario)}</small></th>
<td data-name="Predicted">${inUnit(claim.predicted, claim.unit)}
<small>allowed ${allowedInWords(claim)}</small><small>${claim.basis}</small></td>
<td data-name="Measured">${measuredCell(claim)}</td>
<td class="strip">${claimStrip(claim)}</td>
<td class="verdict ${classOf[claim.verdict]}"><span
aria-hidden="true">${signOf[claim.verdict]}</span> ${claim.verdict}</td>
</tr>
`

/** A row per claim: prediction, measurement, and verdict. */
export const claimsTable = (claims: readonly JudgedClaim[]) => html`${stripLegend}
<table class="stack">
<caption>A claim is confirmed if its whole interval is allowed, refuted if no part of it
is.</caption>
<thead><tr><th scope="col">claim</th><th scope="col">predicted</th><th scope="col">measured</th>
<th scope="col">runs</th><th scope="col">verdict</th></tr></thead>
<tbody>
${claims.map(row)}</tbody>
</table>`
