/** Several load generators that play one script together. */
import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type EndedK6, runK6Process } from './k6-process.ts'
import { limitWait, type Patience } from './limit-wait.ts'

export type RunGeneratorsOptions = Patience & {
  /**
   * The commands that run k6, such as `ssh alice@10.0.0.2 k6`. They share the load: each plays its
   * segment of it.
   */
  generators: readonly string[]
  /** The script of a generator that waits for the others at this address. */
  scriptFor: (startUrl: string) => string
  /** The address of this machine that the generators reach, as in a URL. */
  host: string
  /** Called with each line of a generator's output as it comes. */
  onLine: (line: string, generator: number) => void
  /** Aborts to end k6 and to forget what it has measured. */
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
  const { generators, scriptFor, onLine, signal } = options
  signal?.throwIfAborted()
  const barrier = await openStartBarrier(options)
  const failure = new AbortController()
  const ends = AbortSignal.any([failure.signal, ...(signal ? [signal] : [])])
  const parts = generators.map((command, index) =>
    runK6Process({
      command,
      script: scriptFor(barrier.urlOf(index)),
      args: segmentOf(index, generators.length),
      onLine: (line) => onLine(line, index),
      begun: barrier.passed,
      signal: ends,
    }),
  )
  try {
    const [ended, [k6]] = await Promise.all([untilAllEnd(parts, options), barrier.passed])
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

/** Waits for all ends: not for long, once the first generator has ended. */
async function untilAllEnd(
  parts: readonly Promise<EndedK6>[],
  { generators, ...patience }: Patience & Pick<RunGeneratorsOptions, 'generators'>,
): Promise<EndedK6[]> {
  const ended = new Set<number>()
  const late = Promise.withResolvers<never>()
  const missing = () => generators.filter((_, index) => !ended.has(index))
  let stopWaiting: (() => void) | undefined
  for (const [index, part] of parts.entries())
    part.then(() => {
      ended.add(index)
      stopWaiting ??= limitWait({ for: 'done', missing, giveUp: late.reject, ...patience })
    }, late.reject)
  return Promise.race([Promise.all(parts), late.promise]).finally(() => stopWaiting?.())
}

type StartBarrierOptions = Patience & Pick<RunGeneratorsOptions, 'host' | 'generators'>

type Arrival = { k6: string; response: ServerResponse }

/** The version in k6's `User-Agent`, such as `Grafana k6/2.2.0`. */
const versionIn = (agent = '') => /k6\/([\w.+-]+)/.exec(agent)?.[1] ?? 'unknown'

const differentVersions = (generators: readonly string[], versions: readonly string[]) =>
  new Error(`The generators have different versions of k6, so their samples are not alike:
${generators.map((generator, index) => `  ${versions[index]}  ${generator}`).join('\n')}
Install the same version on all of them.`)

/**
 * Opens a barrier: each generator asks for its address when it is ready, and gets the response when
 * all have asked. They then begin together, up to the time that a response takes to reach them.
 * @throws Error if it cannot listen at `host`
 */
export async function openStartBarrier({ host, generators, ...patience }: StartBarrierOptions) {
  const arrivals = new Map<number, Arrival>()
  const passing = Promise.withResolvers<string[]>()
  passing.promise.catch(() => {})
  const pass = () => {
    const versions = generators.map((_, index) => arrivals.get(index)?.k6 ?? 'unknown')
    if (new Set(versions).size > 1) return passing.reject(differentVersions(generators, versions))
    passing.resolve(versions)
    for (const { response } of arrivals.values()) response.end()
  }
  const server = createServer((request, response) => {
    const index = Number(request.url?.slice(1))
    if (!(index in generators)) return void response.writeHead(404).end()
    arrivals.set(index, { k6: versionIn(request.headers['user-agent']), response })
    if (arrivals.size === generators.length) pass()
  })
  const missing = () => generators.filter((_, index) => !arrivals.has(index))
  server.listen(0, host.replace(/^\[|\]$/g, ''))
  await once(server, 'listening')
  const stopWaiting = limitWait({ for: 'ready', missing, giveUp: passing.reject, ...patience })
  passing.promise.then(stopWaiting, stopWaiting)
  const { port } = server.address() as AddressInfo
  return {
    urlOf: (index: number) => `http://${host}:${port}/${index}`,
    /** Resolves with the versions of k6 when all may begin. */
    passed: passing.promise,
    close(): void {
      stopWaiting()
      server.close()
      server.closeAllConnections()
    },
  }
}
