import { dot, rect, ruleY } from '@observablehq/plot'
import { html } from 'hono/html'
import { counted } from '../../formats/table.ts'
import type { ClaimVerdict, JudgedClaim } from '../load-figures.ts'
import { colors, draw, strip, stripAxis, stripLegend } from './draw.ts'
import { inUnit, prose, rangeInUnit, scenarioTitle, withEnds } from './figures.ts'

const countOf = (claims: readonly JudgedClaim[], verdict: ClaimVerdict): number =>
  claims.filter((claim) => claim.verdict === verdict).length

/** The verdict of all claims in one line: `15 of 17 claims hold: 1 refuted, 1 open.` */
export function verdictLine(claims: readonly JudgedClaim[]): string {
  if (claims.length === 0) return 'No claim was judged.'
  const confirmed = countOf(claims, 'confirmed')
  if (confirmed === claims.length) return `All ${counted(confirmed, 'claim')} hold.`
  const verb = confirmed === 1 ? 'holds' : 'hold'
  const rest = (['refuted', 'open', 'not measured'] as const)
    .map((verdict) => [countOf(claims, verdict), verdict] as const)
    .filter(([count]) => count > 0)
    .map(([count, verdict]) => `${count} ${verdict}`)
  return `${confirmed} of ${counted(claims.length, 'claim')} ${verb}: ${rest.join(', ')}.`
}

/** The range of a strip, with a margin. */
function domainOf(values: readonly (number | undefined)[]): [number, number] {
  const known = values.filter((value) => Number.isFinite(value)) as number[]
  const [low, high] = [Math.min(...known), Math.max(...known)]
  const margin = (high - low) * 0.12 || Math.abs(high) * 0.1 || 1
  return [low - margin, high + margin]
}

/** One row of a picture: the range of the claim, the measurement, and every run. */
function claimStrip({ stated, measured, runs, unit, allowed }: JudgedClaim) {
  const { atLeast, atMost } = allowed
  const { value, low, high } = withEnds(measured)
  const domain = domainOf([atLeast, atMost, value, low, high, ...runs])
  const band = [{ x1: atLeast ?? domain[0], x2: atMost ?? domain[1] }]
  const stroke = colors.measured
  const label = prose`Claimed ${stated}, measured ${inUnit(value, unit)}, ${runs.length} runs`
  return draw(label, {
    ...strip,
    height: 58,
    marginLeft: 20,
    x: { domain, clamp: true },
    y: { domain: [0, 1], axis: null },
    marks: [
      rect(band, { x1: 'x1', x2: 'x2', y1: 0, y2: 1, fill: colors.allowed }),
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
  open: { className: 'open', sign: '○' },
  'not measured': { className: 'open', sign: '–' },
}

// JSON has no NaN: a value that could not be measured is null.
const isMeasured = ({ measured }: JudgedClaim) => Number.isFinite(measured.value)

function measuredCell(claim: JudgedClaim) {
  const { measured, unit, runs } = claim
  if (!isMeasured(claim)) return '–'
  const { value, interval } = measured
  const range = interval && html`<small>${rangeInUnit(interval.low, interval.high, unit)}</small>`
  const count = runs.length > 0 && html`<small>${counted(runs.length, 'run')}</small>`
  return html`${inUnit(value, unit)}${range || ''}${count || ''}`
}

const row = (claim: JudgedClaim) => html`<tr>
<th scope="row">${claim.claim}<small>${scenarioTitle(claim.scenario)}</small></th>
<td data-name="Claimed">${claim.stated || '–'}</td>
<td data-name="Measured">${measuredCell(claim)}</td>
<td class="strip">${isMeasured(claim) ? claimStrip(claim) : ''}</td>
<td class="verdict ${looks[claim.verdict].className}"><span
aria-hidden="true">${looks[claim.verdict].sign}</span> ${claim.verdict}
${claim.reason ? html`<small>${claim.reason}</small>` : ''}</td>
</tr>
`

/** A row per claim: its range, the measurement, and the verdict. */
export const claimsTable = (claims: readonly JudgedClaim[]) => html`${stripLegend}
<table class="stack">
<caption>A claim is confirmed if the whole 95 % interval lies in its range, refuted if no part of it
does, and open otherwise.</caption>
<thead><tr><th scope="col">claim</th><th scope="col">claimed</th><th scope="col">measured</th>
<th scope="col">runs</th><th scope="col">verdict</th></tr></thead>
<tbody>
${claims.map(row)}</tbody>
</table>`
