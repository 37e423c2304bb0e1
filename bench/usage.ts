/** CPU time and memory of processes, as Linux counts them. */
import { readdirSync, readFileSync } from 'node:fs'
import { threadTimesOf } from '../local/processes/process-info.ts'

/** What `read` returns; `undefined` if the process or thread has ended, before it or meanwhile. */
function unlessEnded<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch (error) {
    if (!['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error
  }
}

/** The CPU time of each thread of these processes so far, in milliseconds. */
function readTimes(pids: readonly number[]): Map<string, number> {
  const folders = pids.map((pid) => `/proc/${pid}/task`)
  const threads = folders.flatMap((folder) =>
    (unlessEnded(() => readdirSync(folder)) ?? []).map((thread) => `${folder}/${thread}/schedstat`),
  )
  const times = new Map<string, number>()
  for (const thread of threads) {
    const text = unlessEnded(() => readFileSync(thread, 'utf8'))
    if (text) times.set(thread, threadTimesOf(text).cpuMs)
  }
  return times
}

/**
 * Begins to count the CPU time of processes, such as a PostgreSQL with the children that it has then
 * and later. `/proc/PID/stat` counts in steps of 10 ms, which is more than a process at rest needs in
 * seconds. Synchronous: it is read at the very moment at which a measurement begins or ends.
 * @returns reads what they have used since, in milliseconds: never less than 0, because a thread that
 *   has ended no longer counts, neither with its time before nor after
 */
export function meterCpu(listPids: () => readonly number[]): () => number {
  const before = readTimes(listPids())
  return () =>
    [...readTimes(listPids())].reduce(
      (sum, [thread, cpuMs]) => sum + cpuMs - (before.get(thread) ?? 0),
      0,
    )
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
