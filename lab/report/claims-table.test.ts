import { expect, test } from 'vitest'
import type { ClaimVerdict, JudgedClaim } from '../measurement.ts'
import { verdictLine } from './claims-table.ts'

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
