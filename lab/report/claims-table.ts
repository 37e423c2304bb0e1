import { dot, rect, ruleX, ruleY } from '@observablehq/plot'
import { html } from 'hono/html'
import { counted } from '../../formats/table.ts'
import type { ClaimVerdict, JudgedClaim } from '../measurement.ts'
import { colors, draw, strip, stripAxis, stripLegend } from './draw.ts'
import { allowedInWords, inUnit, prose, rangeInUnit, scenarioTitle, withEnds } from './figures.ts'

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
  const known = values.filter((value) => Number.isFinite(value)) as number[]
  const low = Math.max(0, Math.min(...known))
  const high = Math.max(...known)
  const margin = (high - low) * 0.12 || high * 0.1 || 1
  return [low - margin, high + margin]
}

/** One row of a picture: the allowed range, the prediction, the measurement, and every run. */
function claimStrip(claim: JudgedClaim) {
  const { predicted, measured, runs, unit } = claim
  const { atLeast, atMost } = claim.allowed
  const { value, low, high } = withEnds(measured)
  const domain = domainOf([atLeast, atMost, predicted, value, low, high, ...runs])
  const band = [{ x1: atLeast ?? domain[0], x2: atMost ?? domain[1] }]
  const stroke = colors.measured
  const label = prose`Allowed ${allowedInWords(claim)}, predicted ${inUnit(predicted, unit)},
    measured ${inUnit(value, unit)}, ${runs.length} runs`
  return draw(label, {
    ...strip,
    height: 58,
    marginLeft: 14,
    x: { domain, clamp: true },
    y: { domain: [0, 1], axis: null },
    marks: [
      rect(band, { x1: 'x1', x2: 'x2', y1: 0, y2: 1, fill: colors.allowed }),
      ruleX([predicted], { stroke: colors.predicted, strokeWidth: 2 }),
      measured.interval && ruleY([0.3], { x1: low, x2: high, stroke, strokeWidth: 3 }),
      dot([value], { x: (it) => it, y: () => 0.3, r: 4.5, fill: stroke }),
      // The runs above the interval, as small rings.
      dot([...runs], { x: (it) => it, y: () => 0.72, r: 2.5, stroke, strokeWidth: 1 }),
      stripAxis(),
    ],
  })
}

// A sign beside the color, for those who see no color.
const looks: Record<ClaimVerdict, { className: string; sign: string }> = {
  confirmed: { className: 'good', sign: '✓' },
  refuted: { className: 'bad', sign: '✗' },
  'not resolved': { className: 'open', sign: '○' },
}

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
<td class="verdict ${looks[claim.verdict].className}"><span
aria-hidden="true">${looks[claim.verdict].sign}</span> ${claim.verdict}</td>
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
