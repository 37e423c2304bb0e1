/** A load that several generators share, and that is judged as if one had sent all of it. */
import { createWriteStream } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { finished } from 'node:stream/promises'
import { bundleScript, withEnvironment } from '../measure/generator.ts'
import { type RunGeneratorsOptions, runGenerators } from '../measure/run-generators.ts'
import { runK6 } from './k6.ts'

export type SharedLoadOptions = Omit<RunGeneratorsOptions, 'scriptFor' | 'onLine'> & {
  environment: Record<string, string>
}

/**
 * Plays the script of `npm run load` on all generators. k6 on this machine then records all their
 * samples in one set of metrics, so that percentiles and thresholds are those of all requests.
 * @returns the exit code of k6, 99 if a threshold failed
 * @throws Error naming the generator that fails; the reason of `signal` if that aborts
 */
export async function runSharedLoad(options: SharedLoadOptions): Promise<number> {
  const { generators } = options
  const folder = await mkdtemp(join(tmpdir(), 'lockstep-load-'))
  try {
    const files = generators.map((_, index) => join(folder, `${index}.log`))
    const shares = join(folder, 'shares.json')
    await writeFile(shares, `[${await playShares(options, files)}]`)
    const environment = {
      OUTPUTS: files.join(','),
      SHARES: shares,
      GENERATORS: JSON.stringify(generators),
    }
    return await runK6({ k6: 'path', script: 'merge.js', environment, quiet: true })
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/**
 * Plays the load, and writes each line of a generator to its file as it comes: a load of hours has
 * gigabytes.
 * @returns the JSON of their summaries
 */
async function playShares(options: SharedLoadOptions, files: readonly string[]): Promise<string[]> {
  const script = await bundleScript('script-sync.js')
  const scriptFor = (startUrl: string) =>
    withEnvironment(script, { ...options.environment, OUTPUT: 'samples', START_URL: startUrl })
  const outputs = files.map((file) => createWriteStream(file))
  const failure = new AbortController()
  for (const output of outputs) output.on('error', (error) => failure.abort(error))
  const signal = AbortSignal.any([failure.signal, ...(options.signal ? [options.signal] : [])])
  const onLine = (line: string, index: number) => void outputs[index]?.write(`${line}\n`)
  const playing = runGenerators({ ...options, scriptFor, onLine, signal })
  const { parts } = await playing.finally(() => {
    for (const output of outputs) output.end()
  })
  await Promise.all(outputs.map((output) => finished(output)))
  return parts.map(({ summary }) => summary)
}
