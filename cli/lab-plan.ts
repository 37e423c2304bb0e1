/** The plan of a measurement: chosen by options, and kept in its folder so that it can continue. */
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { Option } from 'commander'
import type { Experiment, ExperimentName } from '../lab/experiment.ts'
import {
  experimentsOf,
  experimentsOn,
  type ProfileName,
  profileMinutes,
  profileNames,
} from '../lab/experiments/profiles.ts'
import { localGenerators } from '../lab/measure/generator.ts'
import { describePlatform } from '../lab/measure/platform.ts'
import { commitOf } from '../lab/measure/provenance.ts'
import { openResults } from '../lab/measure/results-folder.ts'
import type { Platform } from '../lab/measurement.ts'
import { asNumber, asText, createCommand, createOption, UsageError } from './command-line.ts'
import { type Address, addressOptions, generatorOptions } from './shared-options.ts'

const experiments: ExperimentName[] = ['baseline', 'capacity', 'together', 'fan-out', 'replicas']

const examples = `
Examples:
  npm run lab                                the quick profile: about ${profileMinutes.quick} minutes
  npm run lab -- --profile full              about ${profileMinutes.full} minutes
  npm run lab -- --only capacity             one experiment; further names may follow
  npm run lab -- --until 5%                  repeats until the intervals are this narrow
  npm run lab -- --host 10.0.0.1 --generator 'ssh alice@10.0.0.2 k6' --generator 'ssh bob@10.0.0.3 k6'
                                             k6 on other machines
  npm run lab -- --resume results/<time>     continues an interrupted run
  npm run lab -- --compare results/A results/B
  npm run lab -- --only replicas             a platform that runs already: docs/replicas.md

It starts a lab of its own and needs k6 on the PATH or in a --generator. docs/experiments.md explains the report.
`

// No shell reads it. --detach: the lab itself waits until the replicas answer.
const swarmScale = 'docker service scale --detach lockstep_{service}={replicas}'

/** @throws Error unless the text says where the service and the number of replicas belong */
function parseScale(name: string, text: string): string {
  if (!text.includes('{service}') || !text.includes('{replicas}'))
    throw new Error(`${name} needs {service} and {replicas}, such as "${swarmScale}"`)
  return text
}

/** @throws Error unless the text is a percentage above 0 */
function parsePercent(name: string, text: string): number {
  const value = asNumber(name, text.replace(/%$/, ''))
  if (value <= 0 || value >= 100)
    throw new Error(`${name} must be a percentage between 0 and 100, such as 5%, not "${text}"`)
  return value / 100
}

/** @throws Error unless the text is a whole number from 1 on */
function parseSeed(name: string, text: string): number {
  const value = asNumber(name, text)
  if (!Number.isInteger(value) || value < 1 || value > 1e9)
    throw new Error(`${name} must be a whole number from 1 to 1000000000, not "${text}"`)
  return value
}

const [quick] = profileNames
const until = 'repeat until every 95 % interval is this narrow'
const scale = 'replicas: the command that scales a service'
const description = 'Predicts, measures and judges the lab, and writes a report.'
const options = [
  new Option('--profile <name>', 'length of the measurement').choices(profileNames).default(quick),
  new Option('--only <experiments...>', 'only these experiments').choices(experiments),
  createOption('--until <percent>', until, parsePercent),
  createOption('--seed <number>', 'seed of the random order', parseSeed, 1),
  ...generatorOptions(),
  createOption('--resume <folder>', 'continue this measurement', asText),
  new Option('--compare <folders...>', 'judge two results against each other'),
  ...addressOptions('replicas: scheme and host of the platform'),
  createOption('--scale <command>', scale, parseScale, swarmScale),
  new Option('--ignore-gate', 'measure even if the load generator is too slow here'),
]
export const command = createCommand('lab', description, options, examples)

export type LabCommandOptions = Address & {
  profile: ProfileName
  only?: ExperimentName[]
  until?: number
  seed: number
  generator?: string[]
  host?: string | undefined
  resume?: string
  compare?: string[]
  /** The engine's command. */
  scale: string
  ignoreGate?: boolean
}

/** An interrupted measurement continues with it. */
export type Plan = Pick<LabCommandOptions, 'profile' | 'seed' | 'host'> & {
  /** The commands that run k6. */
  generators: readonly string[]
  only?: LabCommandOptions['only'] | undefined
  /** Measured instead of labs of this program's own. */
  platform?: Platform | undefined
  startedAt: string
  commit?: string | undefined
}

const root = fileURLToPath(new URL('..', import.meta.url))

const nameOf = (startedAt: string) => startedAt.slice(0, 19).replaceAll(':', '-')

/**
 * The platform that the options ask for, as it is now; `undefined` without the experiment
 * `replicas`.
 * @throws UsageError if they ask for other experiments too; Error if it does not answer
 */
async function choosePlatform({ only, baseUrl, firstPort, scale }: LabCommandOptions) {
  if (!only?.includes('replicas')) return undefined
  if (only.length > 1)
    throw new UsageError('--only replicas stands alone: it measures a platform, not an own lab')
  return describePlatform({ baseUrl, firstPort, scale })
}

async function planFor(options: LabCommandOptions): Promise<Plan> {
  const { profile, only, seed, host, generator: generators = localGenerators } = options
  const platform = await choosePlatform(options)
  const startedAt = new Date().toISOString()
  const commit = await commitOf()
  return { profile, only, ...(platform && { platform }), seed, generators, host, startedAt, commit }
}

/**
 * Opens the folder of a measurement: a new one, or that of `--resume`.
 * @throws UsageError if the folder to resume holds no measurement
 */
export async function beginOrResume(options: LabCommandOptions) {
  const { resume } = options
  if (resume) {
    const results = await openResults(resume, { create: false })
    const plan = await results.read<Plan>('plan')
    if (!plan) throw new UsageError(`${resume} holds no measurement: it has no plan.json`)
    return { results, plan }
  }
  const plan = await planFor(options)
  const results = await openResults(`${root}results/${nameOf(plan.startedAt)}`)
  await results.write('plan', plan)
  return { results, plan }
}

/** The experiments of a plan, in their order. */
export function chooseExperiments({ profile, only, platform }: Plan): Experiment[] {
  if (platform) return experimentsOn(profile, platform.settings)
  const all = experimentsOf(profile, { cores: availableParallelism() })
  return only ? all.filter(({ name }) => only.includes(name)) : all
}
