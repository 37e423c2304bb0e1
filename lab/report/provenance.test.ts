import { expect, test } from 'vitest'
import type { Measurement } from '../measurement.ts'
import { bibtexOf, methodsOf, settingFacts } from './provenance.ts'

const measurement = {
  profile: 'quick',
  startedAt: '2026-11-25T18:00:00.000Z',
  sealedAt: '2026-11-25T18:00:21.000Z',
  seed: 7,
  seal: 'e764f9',
  machine: { cpu: 'Example CPU', cores: 2 },
  versions: { node: 'v26.10.0', commit: 'bea5e3b' },
  calibration: { hopMs: 1.2, hopCpuMs: 0.4, queryMs: 0.6 },
  gate: { probe: { p95Ms: 0.9, objections: [] }, noise: 0.04, ignored: false },
  predictions: [{}, {}],
  measured: [
    { samples: 100, runMedians: [1, 2, 3, 4, 5, 6] },
    { samples: 50, runMedians: [1, 2, 3] },
  ],
} as unknown as Measurement

test('the citation names commit, seed and seal', () => {
  const entry = bibtexOf(measurement)
  for (const part of ['year   = {2026}', 'Commit bea5e3b', 'seed 7', 'sha256:e764f9'])
    expect(entry).toContain(part)
})

test.each([
  'commit bea5e3b, quick profile',
  'cpu Example CPU, cores 2; node v26.10.0',
  '2 loads were predicted',
  'SHA-256 e764f9',
  '3 to 6 runs',
  'seed 7',
  '150 requests were counted',
  'up to 4.0 %',
])('the methods say %s', (part) => {
  expect(methodsOf(measurement)).toContain(part)
})

test('the methods say what was not as it should be', () => {
  const probe = { p95Ms: 65, objections: ['it dropped 3'] }
  const methods = methodsOf({
    ...measurement,
    interrupted: 'interrupted by its user',
    gate: { ...measurement.gate, probe, ignored: true } as Measurement['gate'],
  })
  expect(methods).toContain('did not meet its limits (it dropped 3)')
  expect(methods).toContain('not complete: interrupted by its user')
})

test('experiments that share a setting stand together', () => {
  const settings = {
    baseline: { CONCURRENCY: 40, DB_POOL_MAX: 10 },
    capacity: { CONCURRENCY: 10, DB_POOL_MAX: 10 },
    together: { CONCURRENCY: 40, DB_POOL_MAX: 10 },
  }
  expect(settingFacts({ settings } as unknown as Measurement)).toEqual([
    ['CONCURRENCY', '40 (baseline, together) · 10 (capacity)'],
    ['DB_POOL_MAX', '10'],
  ])
})
