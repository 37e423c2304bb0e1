import type { ClaimVerdict } from '../judge/claims.ts'
import type { JudgedClaim } from '../results/measurement.ts'

/** How many claims have a verdict. */
export const countOf = (claims: readonly JudgedClaim[], verdict: ClaimVerdict): number =>
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
  return `${confirmed} of ${claims.length} claims are confirmed, ${rest.join(', ')}.`
}
