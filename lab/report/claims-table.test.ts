import { parseHTML } from 'linkedom'
import { expect, test } from 'vitest'
import type { ClaimVerdict, JudgedClaim } from '../load-figures.ts'
import { claimsTable, verdictLine } from './claims-table.ts'

const claims = (...verdicts: ClaimVerdict[]) =>
  verdicts.map((verdict) => ({ verdict }) as JudgedClaim)

test.each([
  [claims(), 'No claim was judged.'],
  [claims('confirmed', 'refuted'), '1 of 2 claims holds: 1 refuted.'],
  [claims('confirmed', 'confirmed'), 'All 2 claims hold.'],
  [
    claims('confirmed', 'confirmed', 'refuted', 'open', 'not measured'),
    '2 of 5 claims hold: 1 refuted, 1 open, 1 not measured.',
  ],
])('claims %# have one line of verdict', (judged, line) => {
  expect(verdictLine(judged)).toBe(line)
})

const latency: JudgedClaim = {
  id: '1-latency',
  scenario: 1,
  claim: 'A registration costs about the e-mail delay.',
  stated: '500 ms ± 5 %',
  unit: 'ms',
  allowed: { atLeast: 475, atMost: 525 },
  measured: { value: 505, interval: { low: 503, high: 507 } },
  runs: [503, 504, 505, 505, 506, 507],
  verdict: 'confirmed',
}

const rowOf = (claim: JudgedClaim) => {
  const { document } = parseHTML(`<main>${claimsTable([claim])}</main>`)
  return document.querySelector('tbody tr')
}
const textOf = (claim: JudgedClaim) => rowOf(claim)?.textContent?.replaceAll(/\s+/g, ' ')

test('a claim shows its range, its interval and its runs', () => {
  expect(textOf(latency)).toContain('500 ms ± 5 % 505 ms503 ms to 507 ms6 runs')
})

test('a claim without a figure says why, and draws nothing', () => {
  const reason = 'none of 12 requests went as designed: 12 status'
  // As JSON has it.
  const measured = { value: null as unknown as number }
  const unmeasured = { ...latency, measured, runs: [], verdict: 'not measured', reason } as const
  expect(textOf({ ...unmeasured, runs: [] })).toContain(`not measured ${reason}`)
  expect(rowOf({ ...unmeasured, runs: [] })?.querySelector('svg.plot')).toBeNull()
})
