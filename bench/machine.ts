/** The cores of this machine, and which of them each process may use. */
import { execFileSync, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { availableParallelism, loadavg } from 'node:os'

/** The cores of a list such as `0-3,6`, as the kernel writes it. */
export function parseCores(list: string): number[] {
  return list.split(',').flatMap((range) => {
    const [first = 0, last = first] = range.split('-').map(Number)
    return Array.from({ length: last - first + 1 }, (_, n) => first + n)
  })
}

/** The cores that this process may use. */
function allowedCores(): number[] {
  const status = readFileSync('/proc/self/status', 'utf8')
  return parseCores(/Cpus_allowed_list:\s*(\S+)/.exec(status)?.[1] ?? '')
}

const hasTaskset = () => spawnSync('taskset', ['--version']).status === 0

/** Where the processes run; empty lists if they share all cores. */
export type Cores = {
  /** One core, for a server that is measured alone. */
  server: number[]
  /** All cores but the client's. */
  servers: number[]
  client: number[]
}

/** The last core is the client's, if processes can be pinned and there are two. */
export function findCores(allowed = allowedCores(), canPin = hasTaskset()): Cores {
  if (!canPin || allowed.length < 2) return { server: [], servers: [], client: [] }
  return { server: allowed.slice(0, 1), servers: allowed.slice(0, -1), client: allowed.slice(-1) }
}

/** A command line that runs on these cores alone. */
export const commandOn = (cores: readonly number[], ...command: [string, ...string[]]) =>
  cores.length > 0 ? (['taskset', '-c', cores.join(), ...command] as const) : command

/** Moves a running process, with all of its threads, to these cores. */
export function pin(pid: number, cores: readonly number[]): void {
  if (cores.length > 0) execFileSync('taskset', ['-acp', cores.join(), String(pid)])
}

/** The cores and the load of the machine, in one line. */
export function describeMachine({ servers, client }: Cores): string {
  const pinning =
    client.length > 0
      ? `servers on ${servers.join()}, client on ${client.join()}`
      : 'shared by servers and client, as this system cannot pin processes'
  const load = (loadavg()[0] ?? 0).toFixed(1)
  return `${availableParallelism()} cores: ${pinning}; load average before the run: ${load}`
}
