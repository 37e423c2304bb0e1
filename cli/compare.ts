/** Judges two results against each other. */
import { writeFile } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { experimentsOf, type ProfileName } from '../lab/experiments/profiles.ts'
import { warningsOf } from '../lab/judge/comparability.ts'
import {
  compareMeasurements,
  type LoadComparison,
  type Measured,
  type TwoMeasurements,
} from '../lab/judge/compare-measurements.ts'
import { openResults } from '../lab/measure/results-folder.ts'
import { type Measurement, resultsVersion } from '../lab/measurement.ts'
import { renderComparison } from '../lab/report/render-comparison.ts'
import { UsageError } from './command-line.ts'

/** @throws UsageError if the folder holds no finished results, or those of another version */
export async function readMeasured(folder: string): Promise<Measured> {
  const results = await openResults(folder, { create: false })
  const measurement = await results.read<Measurement>('results')
  if (!measurement) throw new UsageError(`${folder} holds no results: it has no results.json`)
  if (measurement.version !== resultsVersion)
    throw new UsageError(
      `${folder}/results.json has version ${measurement.version ?? 'none'}; ` +
        `this program reads version ${resultsVersion}`,
    )
  return { measurement, runs: await results.readRuns() }
}

/**
 * Two results with the experiments that both were made by.
 * @throws UsageError if their profiles differ
 */
function pairUp(before: Measured, after: Measured, interleaved: boolean): TwoMeasurements {
  const [first, second] = [before, after].map(({ measurement }) => measurement.profile)
  if (first !== second) throw new UsageError(`${first} and ${second} profiles cannot be compared`)
  const experiments = experimentsOf(first as ProfileName, { cores: availableParallelism() })
  return { before, after, experiments, interleaved }
}

const ms = (value: number) => (Number.isNaN(value) ? '–' : value.toFixed(value < 100 ? 2 : 0))

/** `3  3.36 → 3.41 ms  alike within ± 4 %; p95 × 1.02 (0.97 to 1.08)` */
function lineOf({ scenario, medians, text, p95 }: LoadComparison): string {
  const change = `${ms(medians[0])} → ${ms(medians[1])} ms`.padEnd(20)
  if (!p95) return `  ${scenario}  ${change}  ${text}`
  const [ratio, low, high] = [p95.ratio, p95.interval.low, p95.interval.high].map((value) =>
    value.toFixed(2),
  )
  return `  ${scenario}  ${change}  ${text}; p95 × ${ratio} (${low} to ${high})`
}

/**
 * Prints whether two results differ, scenario by scenario, and writes it into the second folder.
 * @param interleaved their runs were made in turns
 * @throws UsageError unless there are two folders with results of one profile
 */
export async function compareFolders(
  folders: readonly string[],
  { interleaved = false } = {},
): Promise<number> {
  const [first, second, ...rest] = folders
  if (!first || !second || rest.length > 0)
    throw new UsageError(`--compare needs two folders with results, not ${folders.length}`)
  const both = pairUp(await readMeasured(first), await readMeasured(second), interleaved)
  const comparison = compareMeasurements(both)
  const [before, after] = [both.before.measurement, both.after.measurement]
  for (const warning of warningsOf(before, after, { interleaved })) console.log(warning)
  console.log(comparison.verdict)
  for (const load of comparison.loads) console.log(lineOf(load))
  const page = renderComparison({ comparison, before, after, interleaved })
  await writeFile(join(second, 'comparison.html'), page)
  console.log(`The report is ${join(second, 'comparison.html')}`)
  return 0
}
