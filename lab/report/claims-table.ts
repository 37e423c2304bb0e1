import { html } from 'hono/html'
import { counted } from '../../formats/table.ts'
import type { ClaimVerdict } from '../judge/claims.ts'
import type { JudgedClaim } from '../results/measurement.ts'
import { claimStrip } from './claim-strip.ts'
import { allowedInWords, inUnit, rangeInUnit, scenarioTitle } from './figures.ts'
import { stripLegend } from './legend.ts'

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
<small>allowed ${allowedInWords(claim)}</small><small>${claim.because}</small></td>
<td data-name="Measured">${measuredCell(claim)}</td>
<td class="strip">${claimStrip(claim)}</td>
<td class="verdict ${classOf[claim.verdict]}"><span
aria-hidden="true">${signOf[claim.verdict]}</span> ${claim.verdict}</td>
</tr>
`

/** A row per claim: what was predicted, what was measured, and the verdict. */
export const claimsTable = (claims: readonly JudgedClaim[]) => html`${stripLegend}
<table class="stack">
<caption>A claim is confirmed if the whole interval is allowed, refuted if nothing of it
is.</caption>
<thead><tr><th scope="col">claim</th><th scope="col">predicted</th><th scope="col">measured</th>
<th scope="col">runs</th><th scope="col">verdict</th></tr></thead>
<tbody>
${claims.map(row)}</tbody>
</table>`
