/** Predicts, measures and judges the lab, and writes a report. */
import { availableParallelism } from 'node:os'
import { relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { commitOf, findK6 } from '../lab/k6.ts'
import type { Experiment } from '../lab/measure/experiment.ts'
import { localGenerators } from '../lab/measure/generator.ts'
import { type Gate, GateError, measureLab, type Sealed } from '../lab/measure/measure-lab.ts'
import { experimentsOf } from '../lab/measure/profiles.ts'
import { openResults, type Results } from '../lab/measure/results-folder.ts'
import { renderReport } from '../lab/report/render-report.ts'
import { assemble } from '../lab/results/assemble.ts'
import type { Measurement, Waterfall } from '../lab/results/measurement.ts'
import { bypassProxies } from '../local/addresses.ts'
import { onInterrupt } from '../local/interrupts.ts'
import { runProgram, UsageError } from './command-line.ts'
import { compareResults } from './compare-results.ts'
import { type LabCommandOptions, labCommand } from './lab-options.ts'

// The exit code of a program that Ctrl-C has ended, as in a shell.
const interruptedCode = 130

const noK6 = `Experiments need k6 on the PATH, or a command that runs it:
  npm run lab -- --generator 'docker run --rm -i --network host grafana/k6:2.2.0'`

const command = labCommand()
const root = fileURLToPath(new URL('..', import.meta.url))

/** What a measurement is of; an interrupted one goes on with it. */
type Plan = Pick<LabCommandOptions, 'profile' | 'seed' | 'host'> & {
  /** The commands that run k6. */
  generators: readonly string[]
  only?: LabCommandOptions['only'] | undefined
  startedAt: string
  commit?: string | undefined
}

const nameOf = (startedAt: string) => startedAt.slice(0, 19).replaceAll(':', '-')

async function beginOrResume(options: LabCommandOptions) {
  const { resume, profile, only, seed, host, generator: generators = localGenerators } = options
  const startedAt = new Date().toISOString()
  if (resume && !(await (await openResults(resume, { create: false })).read('plan')))
    throw new UsageError(`${resume} holds no measurement: it has no plan.json`)
  const results = await openResults(resume ?? `${root}results/${nameOf(startedAt)}`)
  const begun = await results.read<Plan>('plan')
  const commit = await commitOf()
  const plan = begun ?? { profile, only, seed, generators, host, startedAt, commit }
  if (!begun) await results.write('plan', plan)
  return { results, plan }
}

function chooseExperiments({ profile, only }: Plan): Experiment[] {
  const all = experimentsOf(profile, { cores: availableParallelism() })
  return only ? all.filter(({ name }) => only.includes(name)) : all
}

/** Writes what is known so far. */
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

type Started = { results: Results; plan: Plan; experiments: Experiment[] }

/**
 * Measures to the end, or until Ctrl-C.
 * @returns why it ended early, if it did
 * @throws GateError, or the failure, after saying how to go on
 */
async function measure({ results, plan, experiments }: Started, options: LabCommandOptions) {
  const interruption = new AbortController()
  const off = onInterrupt(() => interruption.abort(new Error('interrupted')))
  try {
    await measureLab({
      results,
      experiments,
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
    if (!(error instanceof GateError)) console.error(`What is done is kept: ${resumeOf(results)}`)
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
    console.log(`The report is ${pathOf(results)}/report.html`)
  }
  if (!interrupted) return 0
  console.log(`Go on with: ${resumeOf(results)}`)
  return interruptedCode
}

await runProgram({ command, run })
