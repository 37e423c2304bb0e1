import { expect, test } from 'vitest'
import { whyBusy } from './busy.ts'
import type { ScenarioResult } from './results.ts'

const report = {
  scenario: 4,
  title: 'report',
  p95LimitMs: 15_000,
  requests: 5,
  unfinished: 1,
  warmup: { seconds: 0, requests: 0, failed: 0 },
} as ScenarioResult
const idle = { p95Ms: 0.4, maxMs: 30 }
const waited = (seconds: number) => ({
  services: [{ name: 'report' as const, use: { onCore: 60, waited: seconds } }],
  k6: idle,
})

test('a failed limit names the service that waited for a core', () => {
  expect(whyBusy(waited(84), [report])).toEqual([
    '  4 report: the machine was busy: reportservice waited for a core 14.00 s per request ' +
      '(84.0 s in all, beside 60.0 s on a core)',
  ])
})

test('a wait that is short beside the limit explains nothing', () => {
  // A tenth of 15 s for each of six requests is 9 s.
  expect(whyBusy(waited(8.9), [report])).toEqual([])
  expect(whyBusy(waited(9), [report])).toHaveLength(1)
  expect(whyBusy(waited(84), [])).toEqual([])
})

test('a failed limit says that k6 itself was late', () => {
  const cores = { services: [], k6: { p95Ms: 12, maxMs: 340 } }
  expect(whyBusy(cores, [report])).toEqual([
    "  the machine was busy: pauses of k6's users ended late, 5 % of them by more than 12 ms, " +
      'one by 340 ms',
  ])
  expect(whyBusy(cores, [])).toEqual([])
})
