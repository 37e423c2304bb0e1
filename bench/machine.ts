/** The cores of this machine, and which of them each process may use. */
import { execFile, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { availableParallelism, loadavg } from 'node:os'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** The cores that this process may use: `0-3,6` in the words of the kernel. */
export function parseCores(list: string): number[] {
  return list.split(',').flatMap((range) => {
    const [first = 0, last = first] = range.split('-').map(Number)
    return Array.from({ length: last - first + 1 }, (_, n) => first + n)
  })
}

function allowedCores(): number[] {
  if (process.platform !== 'linux') return []
  const [, list = ''] =
    /Cpus_allowed_list:\s*(\S+)/.exec(readFileSync('/proc/self/status', 'utf8')) ?? []
  return parseCores(list)
}

const hasTaskset = () => spawnSync('taskset', ['--version']).status === 0

/** Where the processes run. Without pinning, all of them share all cores. */
export type Cores = {
  pinned: boolean
  /** One core, for a server that is measured alone. */
  server: number[]
  /** All cores but the client's. */
  servers: number[]
  client: number[]
}

/** The last core is the client's, if processes can be pinned and there are two. */
export function findCores(allowed = allowedCores(), canPin = hasTaskset()): Cores {
  const [client] = allowed.slice(-1)
  if (!canPin || allowed.length < 2 || client === undefined)
    return { pinned: false, server: [], servers: [], client: [] }
  return {
    pinned: true,
    server: allowed.slice(0, 1),
    servers: allowed.slice(0, -1),
    client: [client],
  }
}

/** A command line that runs on these cores alone. */
export const commandOn = (cores: readonly number[], ...command: [string, ...string[]]) =>
  cores.length > 0 ? (['taskset', '-c', cores.join(), ...command] as const) : command

/** Moves a running process, with all of its threads, to these cores. */
export async function pin(pid: number, cores: readonly number[]): Promise<void> {
  if (cores.length > 0) await run('taskset', ['-acp', cores.join(), String(pid)])
}

const pinning = ({ pinned, servers, client }: Cores) =>
  pinned
    ? `servers on ${servers.join()}, client on ${client.join()}`
    : 'shared by servers and client, as this system cannot pin processes'

/** What a reader needs to know of the machine, in one line. */
export const describeMachine = (cores: Cores, load = loadavg()[0] ?? 0): string =>
  `${availableParallelism()} cores: ${pinning(cores)}; load average before the run: ${load.toFixed(1)}`
