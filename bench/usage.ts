/** CPU time and memory of processes, as Linux counts them. */
import { readdirSync, readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { threadTimesOf } from '../local/processes/process-info.ts'

const threadsOf = (pid: number): string[] =>
  readdirSync(`/proc/${pid}/task`).map((thread) => `/proc/${pid}/task/${thread}/schedstat`)

/**
 * CPU time of processes so far, of all their threads that run, in milliseconds. `/proc/PID/stat`
 * counts in steps of 10 ms, which is more than a process at rest needs in seconds. Synchronous: it
 * is read at the very moment at which a measurement begins or ends.
 */
export function cpuMs(pids: readonly number[]): number {
  const threads = pids.flatMap(threadsOf)
  const times = threads.map((thread) => threadTimesOf(readFileSync(thread, 'utf8')))
  return times.reduce((sum, time) => sum + time.cpuMs, 0)
}

export type Memory = {
  /** Resident memory in KiB; pages that processes share count in each of them. */
  rss: number
  /** The same in KiB, with shared pages divided among their processes. */
  pss: number
}

/** A line of `/proc/PID/smaps_rollup`, in KiB. */
export const kibOf = (rollup: string, name: string): number =>
  Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(rollup)?.[1] ?? Number.NaN)

/** Memory of processes, summed. */
export async function memoryOf(pids: readonly number[]): Promise<Memory> {
  const rollups = await Promise.all(
    pids.map((pid) => readFile(`/proc/${pid}/smaps_rollup`, 'utf8')),
  )
  const sum = (name: string) => rollups.reduce((total, text) => total + kibOf(text, name), 0)
  return { rss: sum('Rss'), pss: sum('Pss') }
}
