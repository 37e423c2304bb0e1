/** CPU time and memory of processes, as Linux counts them. */
import { readdirSync, readFileSync } from 'node:fs'
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

/** A process and its children. */
export function familyOf(pid: number): number[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim()
  return [pid, ...children.split(' ').filter(Boolean).map(Number)]
}

/** A line of `/proc/PID/smaps_rollup`, in KiB. */
export const kibOf = (rollup: string, name: string): number =>
  Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(rollup)?.[1] ?? Number.NaN)

/**
 * Resident memory of processes, summed. Pages that processes share count in each of them (RSS), or
 * are divided among them (PSS).
 */
export function memoryOf(pids: readonly number[]): { rssMiB: number; pssMiB: number } {
  const rollups = pids.map((pid) => readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))
  const mibOf = (name: string) => rollups.reduce((sum, text) => sum + kibOf(text, name), 0) / 1024
  return { rssMiB: mibOf('Rss'), pssMiB: mibOf('Pss') }
}
