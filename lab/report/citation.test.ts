import { expect, test } from 'vitest'
import type { Measurement } from '../measurement.ts'
import { bibtexOf, methodsOf } from './citation.ts'

const measurement = {
  profile: 'quick',
  startedAt: '2026-11-25T18:00:00.000Z',
  sealedAt: '2026-11-25T18:00:21.000Z',
  seed: 7,
  seal: 'e764f9',
  machine: { cpu: 'Example CPU', cores: 2 },
  versions: { node: 'v26.10.0', commit: 'bea5e3b' },
  calibration: { hopMs: 1.2, hopCpuMs: 0.4, queryMs: 0.6 },
  gate: { probe: { p95Ms: 0.9, objections: [] }, ignored: false },
  predictions: [{}, {}],
  measured: [
    { samples: 100, runs: 9, starts: 3, excluded: [] },
    { samples: 50, runs: 6, starts: 3, excluded: ['baseline-alone-2: k6 waited for a core'] },
  ],
  errors: [],
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
  '6 to 9 runs nested in 3 starts of the lab',
  'seed 7',
  '150 requests were counted',
  'Excluded runs: baseline-alone-2: k6 waited for a core.',
  'from the moment when a request was due to its last byte',
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
