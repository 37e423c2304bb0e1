import type { ClaimVerdict } from '../judge/claims.ts'
import type { LoadComparison } from '../results/compare-measurements.ts'
import type { JudgedClaim } from '../results/measurement.ts'

const joined = (parts: readonly string[]) =>
  parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`

const changes = ['slower', 'faster', 'spread changed'] as const

function changedLoads(loads: readonly LoadComparison[], verdict: (typeof changes)[number]) {
  const changed = loads.filter((load) => load.verdict === verdict)
  if (changed.length === 0) return []
  const named = changed.map(({ scenario, phase }) =>
    phase ? `${scenario} (in ${phase.name})` : String(scenario),
  )
  const [noun, verb] = changed.length === 1 ? ['Scenario', 'is'] : ['Scenarios', 'are']
  const what = verdict === 'spread changed' ? 'spread differently' : verdict
  return [`${noun} ${joined(named)} ${verb} ${what}.`]
}

/** The verdict of a comparison in one line: `Scenario 3 (in search) is slower.` */
export function comparisonLine(loads: readonly LoadComparison[]): string {
  const changed = changes.flatMap((verdict) => changedLoads(loads, verdict))
  const open = loads.filter(({ verdict }) => verdict === 'not resolved')
  if (changed.length > 0) return changed.join(' ')
  if (open.length === 0) return 'No difference.'
  return `No difference; not resolved in ${open.length} of ${loads.length} scenarios.`
}

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
  const verb = confirmed === 1 ? 'is' : 'are'
  return `${confirmed} of ${claims.length} claims ${verb} confirmed, ${rest.join(', ')}.`
}
