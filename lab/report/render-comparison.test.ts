import { describe, expect, test } from 'vitest'
import { chromiumPath } from '../../tests/chromium.ts'
import { synthesizeRuns, syntheticExperiments } from '../../tests/fixtures/synthetic-runs.ts'
import { openedFromFile, testPage } from '../../tests/rendered-page.ts'
import { compareMeasurements } from '../judge/compare-measurements.ts'
import type { Measurement } from '../measurement.ts'
import { renderComparison } from './render-comparison.ts'

const facts = {
  startedAt: '2026-11-25T18:00:00.000Z',
  profile: 'quick',
  seed: 1,
  machine: { cpu: 'Example CPU', cores: 2 },
  versions: { commit: 'bea5e3b' },
  settings: { baseline: { CONCURRENCY: 40 } },
  given: {},
  gate: { ignored: false },
} as unknown as Measurement

function render(slower: number, after: Partial<Measurement> = {}): string {
  const [first, second] = [1, slower].map((factor, index) =>
    synthesizeRuns({ seed: index + 1, slower: factor }),
  )
  const [before, later] = [facts, { ...facts, ...after }]
  const comparison = compareMeasurements({
    before: { measurement: before, runs: first ?? [] },
    after: { measurement: later, runs: second ?? [] },
    experiments: syntheticExperiments,
  })
  return renderComparison({ comparison, before, after: later })
}

const headingOf = (page: string) => /<h1>.*<\/h1>/.exec(page)?.[0] ?? ''

test('slower calls are named with their scenario', () => {
  const heading = headingOf(render(1.2))
  expect(heading).toMatch(/Scenario 3 is slower by 1\d % .* most of it in search \(\+/)
  expect(heading).toMatch(/Scenario 5 is slower by 1\d % .* most of it in inventory \(\+/)
})

test('another machine and other minutes are said on top', () => {
  const [header] = render(1, { machine: { cpu: 'Other CPU', cores: 4 } }).split('</header>')
  expect(header).toContain('The machine is not the same')
  expect(header).toContain('--compare-commits measures in turns')
})

describe.skipIf(chromiumPath === undefined)('in a browser (see .ci/pages)', () => {
  testPage(
    openedFromFile(() => render(1.2)),
    6,
  )
})
