/** The load generators, k6, as experiments use them: a plan in, one sample per request out. */
import { fileURLToPath } from 'node:url'
import { type AnsweredSample, parseSample } from '../../formats/samples.ts'
import type { LoadPlan } from '../../model/load-plan.ts'
import type { GeneratorReport } from '../measurement.ts'
import type { EndedK6 } from './k6-process.ts'
import { type RunGeneratorsOptions, runGenerators } from './run-generators.ts'

/** The summary that the script prints at its end. */
type Summary = { dropped: number; durationMs: number }

export type Generated = { samples: AnsweredSample[]; generator: GeneratorReport }

/** Without a host, the generators reach that of the lab. */
export type GenerateOptions = Partial<Omit<RunGeneratorsOptions, 'scriptFor'>> & { plan: LoadPlan }

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
  const { parts, k6 } = await runGenerators({
    generators,
    scriptFor: (startUrl) => withConstants(script, { PLAN: plan, START_URL: startUrl }),
    host,
    signal,
  })
  return merge(parts.map(generatedBy), k6)
}

function generatedBy({ lines, summary, usage }: EndedK6): Generated {
  const { dropped, durationMs } = JSON.parse(summary) as Summary
  const samples = lines.map(parseSample).filter((sample) => sample !== undefined)
  const shares = usage && {
    cpuShare: usage.cpuMs / durationMs,
    waitShare: usage.waitMs / (usage.cpuMs + usage.waitMs),
  }
  return { samples, generator: { dropped, ...shares } }
}

const addUp = (values: (number | undefined)[]) =>
  values.reduce((sum, value) =>
    sum === undefined || value === undefined ? undefined : sum + value,
  )

function merge(parts: Generated[], k6: string | undefined): Generated {
  const reports = parts.map(({ generator }) => generator)
  const waits = reports.map(({ waitShare }) => waitShare).filter((share) => share !== undefined)
  return {
    samples: parts.flatMap(({ samples }) => samples),
    generator: {
      dropped: reports.reduce((sum, { dropped }) => sum + dropped, 0),
      cpuShare: addUp(reports.map(({ cpuShare }) => cpuShare)),
      waitShare: waits.length > 0 ? Math.max(...waits) : undefined,
      k6,
    },
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
