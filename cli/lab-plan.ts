/** The plan of a measurement: chosen by options, and kept in its folder so that it can continue. */
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import type { Experiment } from '../lab/experiment.ts'
import { experimentsOf, experimentsOn } from '../lab/experiments/profiles.ts'
import { localGenerators } from '../lab/measure/generator.ts'
import { describePlatform } from '../lab/measure/platform.ts'
import { commitOf } from '../lab/measure/provenance.ts'
import { openResults } from '../lab/measure/results-folder.ts'
import type { Platform } from '../lab/measurement.ts'
import { UsageError } from './command-line.ts'
import type { LabCommandOptions } from './lab-options.ts'

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
