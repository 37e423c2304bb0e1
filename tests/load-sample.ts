import type { LoadSample } from '../formats/samples.ts'
import type { RunResult } from '../lab/measurement.ts'

/** A sample of 10 ms that went as designed, but for what is given. */
export const loadSample = (given: Partial<LoadSample> = {}): LoadSample => ({
  ...{ id: 'id', load: 'load', dueMs: 0, lateMs: 0, latencyMs: 10, phases: {}, outcome: 'ok' },
  ...given,
})

/** One of two runs of each start. */
export const runResult = (
  repeat: number,
  given: Pick<RunResult, 'experiment' | 'condition' | 'samples'>,
): RunResult => ({
  ...{ id: `run-${repeat}`, start: Math.floor(repeat / 2), repeat, startedAt: '' },
  ...{ generator: { dropped: 0 }, resources: [] },
  ...given,
})
