import { expect, test } from 'vitest'
import type { Measurement } from '../measurement.ts'
import { warningsOf } from './comparability.ts'

const one = {
  startedAt: '2026-11-25T18:00:00.000Z',
  profile: 'quick',
  machine: { cpu: 'Example CPU', cores: 2 },
  versions: { commit: 'bea5e3b', node: 'v26.10.0', k6: '2.2.0' },
  settings: { baseline: { CONCURRENCY: 40 } },
  given: {},
  gate: { ignored: false },
} as unknown as Measurement

const warnings = (after: Partial<Measurement>, options = {}) =>
  warningsOf(one, { ...one, ...after } as Measurement, { interleaved: true, ...options })

test.each<[Partial<Measurement>, string]>([
  [{ machine: { cpu: 'Other CPU', cores: 2 } }, 'The machine is not the same.'],
  [{ settings: { baseline: { CONCURRENCY: 10 } } }, 'The settings are not the same.'],
  [{ given: { FAULTS: '{}' } }, 'The options are not the same.'],
  [{ versions: { ...one.versions, k6: '2.1.0' } }, 'The version of k6 is not the same.'],
  [{ interrupted: 'Ctrl-C' }, 'The measurement after is not complete: Ctrl-C.'],
])('a difference %# is said', (after, warning) => {
  expect(warnings(after)).toEqual([warning])
})

test('measurements of different minutes and commits are warned of', () => {
  const after = {
    startedAt: '2026-11-25T21:00:00.000Z',
    versions: { ...one.versions, commit: 'dd6244d' },
  }
  expect(warnings(after, { interleaved: false })).toEqual([
    'The commits differ: bea5e3b and dd6244d.',
    expect.stringContaining('Measured 3 h apart'),
  ])
})

test('two commits in turns share their minutes', () => {
  expect(warnings({ versions: { ...one.versions, commit: 'dd6244d' } })).toEqual([])
})
