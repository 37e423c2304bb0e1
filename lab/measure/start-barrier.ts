/** The moment at which all load generators begin, whatever their clocks show. */
import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export type StartBarrierOptions = {
  /** The address of this machine that the generators reach, as in a URL. */
  host: string
  /** The command of each generator, for messages. */
  generators: readonly string[]
  timeoutMs?: number
}

type Arrival = { k6: string; response: ServerResponse }

const defaultTimeoutMs = 120_000

/** The version in k6's `User-Agent`, such as `Grafana k6/2.2.0`. */
const versionIn = (agent = '') => /k6\/([\w.+-]+)/.exec(agent)?.[1] ?? 'unknown'

/** @throws Error naming the generators if their versions are not the same */
function requireSameVersion(generators: readonly string[], versions: readonly string[]): void {
  if (new Set(versions).size <= 1) return
  const each = generators.map((generator, index) => `  ${versions[index]}  ${generator}`)
  throw new Error(
    `The generators have different versions of k6, so their samples are not alike:
${each.join('\n')}
Install the same version on all of them.`,
  )
}

/**
 * Opens a barrier: each generator asks for its address when it is ready, and gets the response when
 * all have asked. They then begin together, up to the time that a response takes to reach them.
 * @throws Error if it cannot listen at `host`
 */
export async function openStartBarrier({
  host,
  generators,
  timeoutMs = defaultTimeoutMs,
}: StartBarrierOptions) {
  const arrivals = new Map<number, Arrival>()
  const passing = Promise.withResolvers<string[]>()
  passing.promise.catch(() => {})
  const pass = () => {
    const versions = generators.map((_, index) => arrivals.get(index)?.k6 ?? 'unknown')
    try {
      requireSameVersion(generators, versions)
      passing.resolve(versions)
      for (const { response } of arrivals.values()) response.end()
    } catch (error) {
      passing.reject(error)
    }
  }
  const server = createServer((request, response) => {
    const index = Number(request.url?.slice(1))
    if (!(index in generators)) return void response.writeHead(404).end()
    arrivals.set(index, { k6: versionIn(request.headers['user-agent']), response })
    if (arrivals.size === generators.length) pass()
  })
  const giveUp = () => {
    const missing = generators.filter((_, index) => !arrivals.has(index))
    const seconds = timeoutMs / 1000
    passing.reject(new Error(`Not ready after ${seconds} s: the generator ${missing.join(', ')}`))
  }
  server.listen(0, host.replace(/^\[|\]$/g, ''))
  await once(server, 'listening')
  const timer = setTimeout(giveUp, timeoutMs)
  const { port } = server.address() as AddressInfo
  return {
    /** The address that a generator asks for. */
    urlOf: (index: number) => `http://${host}:${port}/${index}`,
    /** Resolves with the versions of k6 when all may begin. */
    passed: passing.promise,
    close(): void {
      clearTimeout(timer)
      server.close()
      server.closeAllConnections()
    },
  }
}
