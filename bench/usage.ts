/** What processes use, as Linux counts it. */
import { readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'

// USER_HZ: 100 on every architecture that Node.js has programs for.
const ticksPerSecond = 100

/** The CPU time in the text of `/proc/PID/stat`, in ticks: fields 14 and 15, after the name. */
export function ticksOf(stat: string): number {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return Number(fields[11]) + Number(fields[12])
}

/**
 * CPU time of processes so far, of all their threads, in milliseconds. Synchronous: it is read at
 * the very moment at which a measurement begins or ends.
 */
export function cpuMs(pids: readonly number[]): number {
  const stats = pids.map((pid) => readFileSync(`/proc/${pid}/stat`, 'utf8'))
  return (stats.reduce((sum, stat) => sum + ticksOf(stat), 0) * 1000) / ticksPerSecond
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
