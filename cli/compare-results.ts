import { writeFile } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { experimentsOf, type ProfileName } from '../lab/experiments/profiles.ts'
import { compareMeasurements, type Measured } from '../lab/judge/compare-measurements.ts'
import { openResults } from '../lab/measure/results-folder.ts'
import type { Measurement } from '../lab/measurement.ts'
import { renderComparison } from '../lab/report/render-comparison.ts'
import { UsageError } from './command-line.ts'

/** @throws UsageError if the folder holds no finished results */
async function readMeasured(folder: string): Promise<Measured> {
  const results = await openResults(folder, { create: false })
  const measurement = await results.read<Measurement>('results')
  if (!measurement) throw new UsageError(`${folder} holds no results: it has no results.json`)
  return { measurement, runs: await results.readRuns() }
}

const ms = (value: number) => value.toFixed(value < 100 ? 2 : 0)

/**
 * Prints whether two results differ, scenario by scenario, and writes it into the second folder.
 * @throws UsageError unless there are two folders with results of one profile
 */
export async function compareResults(folders: string[]): Promise<number> {
  const [first, second, ...rest] = folders
  if (!first || !second || rest.length > 0)
    throw new UsageError(`--compare needs two folders with results, not ${folders.length}`)
  const [before, after] = [await readMeasured(first), await readMeasured(second)]
  const profiles = [before, after].map(({ measurement }) => measurement.profile)
  if (profiles[0] !== profiles[1])
    throw new UsageError(`${profiles.join(' and ')} profiles cannot be compared`)
  const machine = { cores: availableParallelism() }
  const experiments = experimentsOf(profiles[0] as ProfileName, machine)
  const comparison = compareMeasurements(before, after, experiments)
  const { verdict, loads } = comparison
  console.log(verdict)
  for (const { scenario, medians, ratio, interval, verdict: own } of loads) {
    const [low, high] = [interval.low, interval.high].map((value) => value.toFixed(3))
    const change = `${ms(medians[0])} → ${ms(medians[1])} ms`.padEnd(22)
    console.log(`  ${scenario}  ${change}  × ${ratio.toFixed(3)} (${low} to ${high})  ${own}`)
  }
  const page = renderComparison({
    comparison,
    before: before.measurement,
    after: after.measurement,
  })
  await writeFile(join(second, 'comparison.html'), page)
  console.log(`The report is ${join(second, 'comparison.html')}`)
  return 0
}
