/** The load generators, k6, as experiments use them: a plan in, one sample per request out. */
import { fileURLToPath } from 'node:url'
import { sum } from 'simple-statistics'
import { type AnsweredSample, parseSample } from '../../formats/samples.ts'
import type { LoadPlan } from '../../model/load-plan.ts'
import type { GeneratorReport } from '../measurement.ts'
import type { EndedK6 } from './k6-process.ts'
import { accountsOf, type LoadCounts } from './load-accounts.ts'
import { type RunGeneratorsOptions, runGenerators } from './run-generators.ts'

export type Generated = { samples: AnsweredSample[]; generator: GeneratorReport }

/** Without a host, the generators reach that of the lab. */
export type GenerateOptions = Partial<Omit<RunGeneratorsOptions, 'scriptFor' | 'onLine'>> & {
  plan: LoadPlan
}

export const localGenerators: readonly string[] = ['k6']

let bundled: Promise<string> | undefined

/** Bundles the script once, as its sources stay the same. */
const experimentScript = () => (bundled ??= bundleScript('experiment/experiment.js'))

/**
 * Plays a plan to its end. The samples of several generators are put together one by one, so that
 * percentiles are those of all requests.
 * @throws Error naming the generator that fails, with its output; the reason of `signal` if that
 *   aborts
 */
export async function generate({
  plan,
  signal,
  generators = localGenerators,
  host = new URL(plan.urls.user).hostname,
}: GenerateOptions): Promise<Generated> {
  const script = await experimentScript()
  const samples: AnsweredSample[] = []
  const { parts, k6 } = await runGenerators({
    generators,
    scriptFor: (startUrl) => withConstants(script, { PLAN: plan, START_URL: startUrl }),
    host,
    onLine: (line) => {
      const sample = parseSample(line)
      if (sample) samples.push(sample)
    },
    signal,
  })
  const counts = parts.map(({ summary }) => JSON.parse(summary) as Record<string, LoadCounts>)
  const loads = accountsOf(plan.loads, counts, samples)
  const dropped = sum(Object.values(loads).map((load) => load.dropped))
  return { samples, generator: { dropped, ...coreUseOf(parts), k6, loads } }
}

/** All cores that the generators used, and the one that waited longest for its own. */
function coreUseOf(parts: readonly EndedK6[]) {
  const uses = parts.map(({ coreUse }) => coreUse).filter((use) => use !== undefined)
  return {
    // Of some of them, it would be too small.
    cpuShare: uses.length === parts.length ? sum(uses.map((use) => use.cpuShare)) : undefined,
    waitShare: uses.length > 0 ? Math.max(...uses.map((use) => use.waitShare)) : undefined,
  }
}

const root = fileURLToPath(new URL('../..', import.meta.url))

/**
 * Bundles a script of `k6-tests/` with all that it imports, except k6's own modules.
 * @throws Error if an import cannot be resolved, or a file cannot be parsed
 */
export async function bundleScript(name: string): Promise<string> {
  // Late, because most commands need no bundle.
  const { rolldown } = await import('rolldown')
  await using bundle = await rolldown({
    cwd: root,
    input: `k6-tests/${name}`,
    external: /^k6(\/|$)/,
  })
  const { output } = await bundle.generate({ format: 'es' })
  return output[0].code
}

/** A script that finds these values as constants. */
const withConstants = (script: string, constants: Record<string, unknown>): string =>
  Object.entries(constants)
    .map(([name, value]) => `const ${name} = ${JSON.stringify(value)}\n`)
    .join('') + script

/** A script that finds these values in `__ENV`, which a shell then cannot change. */
export const withEnvironment = (script: string, environment: Record<string, string>): string =>
  `Object.assign(__ENV, ${JSON.stringify(environment)})\n${script}`
