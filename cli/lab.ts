/** Predicts, measures and judges the lab, and writes a report. */

import { writeFile } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { join, relative } from 'node:path'
import { percent } from '../formats/table.ts'
import type { Experiment } from '../lab/experiment.ts'
import { experimentsOf, type ProfileName } from '../lab/experiments/profiles.ts'
import { compareMeasurements, type Measured } from '../lab/judge/compare-measurements.ts'
import { allReplicas, lastShares } from '../lab/judge/replica-shares.ts'
import { findK6 } from '../lab/load/k6.ts'
import { assemble } from '../lab/measure/assemble.ts'
import { GateError, measureLab } from '../lab/measure/measure-lab.ts'
import { openResults, type Results } from '../lab/measure/results-folder.ts'
import type { Gate, LoadMeasurement, Measurement, Sealed, Waterfall } from '../lab/measurement.ts'
import { renderComparison } from '../lab/report/render-comparison.ts'
import { renderReport } from '../lab/report/render-report.ts'
import { bypassProxies } from '../local/processes/addresses.ts'
import { onInterrupt } from '../local/processes/interrupts.ts'
import { isMain, type Program, runProgram, UsageError } from './command-line.ts'
import {
  beginOrResume,
  chooseExperiments,
  command,
  type LabCommandOptions,
  type Plan,
} from './lab-plan.ts'

// The exit code of a program that Ctrl-C has ended, as in a shell.
const interruptedCode = 130

const noK6 = `Experiments need k6 on the PATH, or a command that runs it:
  npm run lab -- --generator 'docker run --rm -i --network host grafana/k6:2.2.0'`

/** Writes the results and the report so far. */
async function writeReport(
  results: Results,
  plan: Plan,
  experiments: Experiment[],
  interrupted?: string,
): Promise<Measurement | undefined> {
  const gate = await results.read<Gate>('gate')
  const sealed = await results.read<Sealed>('predictions')
  if (!gate || !sealed) return undefined
  const waterfalls = (await results.read<Waterfall[]>('waterfalls')) ?? []
  const runs = await results.readRuns()
  const parts = { experiments, gate, sealed, waterfalls, runs, interrupted }
  const measurement = await assemble({ ...plan, ...parts })
  await results.write('results', measurement)
  await results.writeText('report.html', renderReport({ measurement, runs }))
  return measurement
}

function printVerdicts({ claims }: Measurement): void {
  const width = Math.max(...claims.map(({ id }) => id.length))
  for (const { id, verdict, claim } of claims)
    console.log(`  ${id.padEnd(width)}  ${verdict.padEnd(12)}  ${claim}`)
}

const answersOf = (load: LoadMeasurement) =>
  `  ${load.condition}/${load.load}  ${lastShares(load)
    .map(({ name, share }) => `${name} ${percent(share)}`)
    .join(', ')}`

/** Who answered: one name if all run on one host, otherwise the shares of each load's last run. */
export function printReplicas({ measured }: Pick<Measurement, 'measured'>): string {
  const names = allReplicas(measured)
  if (names.length < 2) return names.map((name) => `Answered by ${name}.`).join('')
  return ['Answered, in the last run of each load, by:', ...measured.map(answersOf)].join('\n')
}

type Started = { results: Results; plan: Plan; experiments: Experiment[] }

/**
 * Measures to the end, or until Ctrl-C.
 * @returns why it ended early, if it did
 * @throws GateError, or the failure, after saying how to continue
 */
async function measure({ results, plan, experiments }: Started, options: LabCommandOptions) {
  const interruption = new AbortController()
  const off = onInterrupt(() => interruption.abort(new Error('interrupted')))
  try {
    await measureLab({
      results,
      experiments,
      platform: plan.platform,
      seed: plan.seed,
      until: options.until,
      generators: plan.generators,
      host: plan.host,
      ignoreGate: options.ignoreGate ?? false,
      environment: { FAULTS: process.env.FAULTS },
      signal: interruption.signal,
      say: console.log,
    })
    return undefined
  } catch (error) {
    if (interruption.signal.aborted) return 'interrupted by its user'
    if (!(error instanceof GateError))
      console.error(`Progress is saved. Continue with: ${resumeOf(results)}`)
    throw error
  } finally {
    off()
  }
}

const pathOf = ({ folder }: Results) => relative('.', folder)
const resumeOf = (results: Results) => `npm run lab -- --resume ${pathOf(results)}`

async function run(): Promise<number> {
  const options = command.opts<LabCommandOptions>()
  if (options.compare) return compareResults(options.compare)
  bypassProxies()
  if (!options.generator && (await findK6()) !== 'path') throw new Error(noK6)
  const { results, plan } = await beginOrResume(options)
  const experiments = chooseExperiments(plan)
  const interrupted = await measure({ results, plan, experiments }, options)
  const measurement = await writeReport(results, plan, experiments, interrupted)
  if (measurement) {
    printVerdicts(measurement)
    const replicas = printReplicas(measurement)
    if (replicas) console.log(replicas)
    console.log(`The report is ${pathOf(results)}/report.html`)
  }
  if (!interrupted) return 0
  console.log(`Continue with: ${resumeOf(results)}`)
  return interruptedCode
}

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
async function compareResults(folders: string[]): Promise<number> {
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

export const lab: Program = { command, run }

if (isMain(import.meta.url)) await runProgram(lab)
