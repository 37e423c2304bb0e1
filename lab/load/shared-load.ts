/** A load that several generators share, and that is judged as if one had sent all of it. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bundleScript, withEnvironment } from '../measure/generator.ts'
import { type RunGeneratorsOptions, runGenerators } from '../measure/run-generators.ts'
import { runK6 } from './k6.ts'

export type SharedLoadOptions = Omit<RunGeneratorsOptions, 'scriptFor'> & {
  /** The variables of the script. */
  environment: Record<string, string>
}

/**
 * Plays the script of `npm run load` on all generators. k6 on this machine then records all their
 * samples in one set of metrics, so that percentiles and thresholds are those of all requests.
 * @returns the exit code of k6, 99 if a threshold failed
 * @throws Error naming the generator that fails; the reason of `signal` if that aborts
 */
export async function runSharedLoad(options: SharedLoadOptions): Promise<number> {
  const { generators, environment } = options
  const script = await bundleScript('script-sync.js')
  const scriptFor = (startUrl: string) =>
    withEnvironment(script, { ...environment, OUTPUT: 'samples', START_URL: startUrl })
  const { parts } = await runGenerators({ ...options, scriptFor })
  const folder = await mkdtemp(join(tmpdir(), 'lockstep-load-'))
  try {
    const files = parts.map((_, index) => join(folder, `${index}.log`))
    await Promise.all(parts.map(({ lines }, i) => writeFile(files[i] ?? '', lines.join('\n'))))
    const environment = { OUTPUTS: files.join(','), GENERATORS: JSON.stringify(generators) }
    return await runK6({ k6: 'path', script: 'merge.js', environment, quiet: true })
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
