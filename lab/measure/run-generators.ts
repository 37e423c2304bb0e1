/** Several load generators that play one script together. */
import { type K6Process, runK6Process } from './k6-process.ts'
import { openStartBarrier } from './start-barrier.ts'

export type RunGeneratorsOptions = {
  /** The commands that run k6. */
  generators: readonly string[]
  /** The script of a generator that waits for the others at this address. */
  scriptFor: (startUrl: string) => string
  /** The address of this machine that the generators reach, as in a URL. */
  host: string
  signal?: AbortSignal | undefined
}

/** The share of one of n generators, as k6's options have it. */
function segmentOf(index: number, count: number): string[] {
  if (count === 1) return []
  const bounds = Array.from({ length: count + 1 }, (_, n) => `${n}/${count}`)
  const segment = `${bounds[index]}:${bounds[index + 1]}`
  return ['--execution-segment', segment, '--execution-segment-sequence', bounds.join(',')]
}

/**
 * Runs a script on all generators to its end. Each plays its execution segment; they begin together.
 * @returns the end of each process, and the version of k6 that all of them have
 * @throws Error naming the generator that fails, with its output; the reason of `signal` if that
 *   aborts. The others are ended then.
 */
export async function runGenerators(options: RunGeneratorsOptions) {
  const { generators, scriptFor, host, signal } = options
  signal?.throwIfAborted()
  const barrier = await openStartBarrier({ host, generators })
  const failure = new AbortController()
  const ends = AbortSignal.any([failure.signal, ...(signal ? [signal] : [])])
  const processes = generators.map(
    (command, index): K6Process => ({
      command,
      script: scriptFor(barrier.urlOf(index)),
      args: segmentOf(index, generators.length),
      signal: ends,
    }),
  )
  const parts = processes.map(runK6Process)
  try {
    const [ended, [k6]] = await Promise.all([Promise.all(parts), barrier.passed])
    return { parts: ended, k6 }
  } catch (error) {
    failure.abort(error)
    await Promise.allSettled(parts)
    signal?.throwIfAborted()
    throw error
  } finally {
    barrier.close()
  }
}
