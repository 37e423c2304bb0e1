/** The plan of a measurement: chosen by options, and kept in its folder so that it can continue. */
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import type { Experiment } from '../lab/experiment.ts'
import { experimentsOf, experimentsOn } from '../lab/experiments/profiles.ts'
import { localGenerators } from '../lab/measure/generator.ts'
import { describePlatform } from '../lab/measure/platform.ts'
import { commitOf, nameMachine } from '../lab/measure/provenance.ts'
import { createResults, openResults } from '../lab/measure/results-folder.ts'
import type { Platform } from '../lab/measurement.ts'
import { parseSettings } from '../lab/predict/lab-settings.ts'
import { UsageError } from './command-line.ts'
import { command, type LabCommandOptions } from './lab-options.ts'
import { checkHost } from './shared-options.ts'

/** An interrupted measurement continues with it. */
export type Plan = Pick<LabCommandOptions, 'profile' | 'seed' | 'host'> & {
  until?: number | undefined
  ignoreGate?: boolean | undefined
  generators: readonly string[]
  only?: LabCommandOptions['only'] | undefined
  given: Record<string, string>
  platform?: Platform | undefined
  startedAt: string
  /** A measurement continues only with the same ones. */
  machine: string
  commit?: string | undefined
}

const root = fileURLToPath(new URL('..', import.meta.url))

/** What the seal covers besides predictions and claims. */
export const conditionsOf = ({ platform: _, startedAt: __, ...conditions }: Plan) => conditions

/** A folder of this time in `results/`. */
export const newFolder = (kind: string) =>
  `${root}results/${nameOf(new Date().toISOString())}-${kind}`

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
  const { profile, only, seed, host, until, ignoreGate } = options
  const { generator: generators = localGenerators, set: given = {} } = options
  const platform = await choosePlatform(options)
  const startedAt = new Date().toISOString()
  const where = { machine: await nameMachine(), commit: await commitOf() }
  const chosen = { profile, only, seed, host, until, ignoreGate, generators, given }
  return { ...chosen, ...(platform && { platform }), startedAt, ...where }
}

/** The options that say what is measured: `--resume` takes them from its plan. */
const planned = ['profile', 'only', 'until', 'seed', 'set', 'generator', 'host', 'ignoreGate']

function refuseOptions(): void {
  const given = planned.filter((name) => command.getOptionValueSource(name) === 'cli')
  const names = given.map(
    (name) => `--${name.replaceAll(/[A-Z]/g, (it) => `-${it.toLowerCase()}`)}`,
  )
  if (names.length > 0)
    throw new UsageError(`--resume continues what was begun, so it takes no ${names.join(', ')}`)
}

/** @throws UsageError if the folder holds no measurement; Error if it was begun elsewhere */
async function resumePlan(folder: string) {
  refuseOptions()
  const results = await openResults(folder, { create: false })
  const plan = await results.read<Plan>('plan')
  if (!plan) throw new UsageError(`${folder} holds no measurement: it has no plan.json`)
  await checkHost(plan.host)
  const now = { commit: await commitOf(), machine: await nameMachine() }
  for (const name of ['commit', 'machine'] as const)
    if (plan[name] !== now[name])
      throw new Error(`${folder} was begun with ${name} ${plan[name]}; this is ${now[name]}`)
  return { results, plan }
}

/**
 * Opens the folder of a measurement: a new one, or that of `--resume`.
 * @throws UsageError if the folder to resume holds no measurement; Error if it was begun with another
 *   commit or on another machine
 */
export async function beginOrResume(options: LabCommandOptions) {
  if (options.resume) return resumePlan(options.resume)
  const plan = await planFor(options)
  const results = await createResults(`${root}results`, nameOf(plan.startedAt))
  await results.write('plan', plan)
  return { results, plan }
}

/** The experiments of a plan, in their order, with the settings that options gave. */
export function chooseExperiments({ profile, only, platform, given }: Plan): Experiment[] {
  if (platform) return experimentsOn(profile, platform.settings)
  const all = experimentsOf(profile, { cores: availableParallelism() })
  const chosen = only ? all.filter(({ name }) => only.includes(name)) : all
  const settings = parseSettings(given)
  return chosen.map((experiment) => ({
    ...experiment,
    settings: { ...settings, ...experiment.settings },
  }))
}
