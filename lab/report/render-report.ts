import type { RunResult } from '../measure/run.ts'
import type { Measurement } from '../results/measurement.ts'
export const renderReport = ({ measurement }: { measurement: Measurement; runs: RunResult[] }) =>
  `<pre>${JSON.stringify(measurement.claims, null, 1)}</pre>`
