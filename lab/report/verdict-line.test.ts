import { expect, test } from 'vitest'
import type { ClaimVerdict } from '../judge/claims.ts'
import type { ComparisonVerdict } from '../judge/compare.ts'
import type { LoadComparison } from '../results/compare-measurements.ts'
import type { JudgedClaim } from '../results/measurement.ts'
import { comparisonLine, verdictLine } from './verdict-line.ts'

const claims = (...verdicts: ClaimVerdict[]) =>
  verdicts.map((verdict) => ({ verdict }) as JudgedClaim)

test.each([
  [claims(), 'No claim was judged.'],
  [claims('confirmed', 'confirmed'), 'All 2 claims are confirmed.'],
  [
    claims('confirmed', 'refuted', 'not resolved'),
    '1 of 3 claims is confirmed, 1 refuted, 1 not resolved.',
  ],
])('claims %# have one line of verdict', (judged, line) => {
  expect(verdictLine(judged)).toBe(line)
})

const load = (scenario: number, verdict: ComparisonVerdict, phase?: string) =>
  ({ scenario, verdict, phase: phase && { name: phase, changeMs: 1 } }) as LoadComparison

test.each([
  [[load(1, 'no difference')], 'No difference.'],
  [
    [load(1, 'no difference'), load(2, 'not resolved')],
    'No difference; not resolved in 1 of 2 scenarios.',
  ],
  [[load(3, 'slower', 'search')], 'Scenario 3 (in search) is slower.'],
  [
    [load(3, 'slower'), load(5, 'slower'), load(6, 'faster')],
    'Scenarios 3 and 5 are slower. Scenario 6 is faster.',
  ],
  [[load(2, 'spread changed')], 'Scenario 2 is spread differently.'],
])('a comparison %# has one line of verdict', (loads, line) => {
  expect(comparisonLine(loads)).toBe(line)
})
