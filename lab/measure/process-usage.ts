import { readdir, readFile } from 'node:fs/promises'
import { type ThreadTimes, threadTimesOf } from '../../local/processes/process-info.ts'

/** The resources that a process has used since its start, all its threads together. */
export type Usage = ThreadTimes & { memoryBytes: number }

const read = (file: string) => readFile(file, 'utf8').catch(() => '')

// The page size of Linux on every usual architecture.
const pageBytes = 4096

/**
 * The usage of a process by Linux' `/proc`; `undefined` elsewhere, and if the process has ended.
 */
export async function readUsage(pid: number): Promise<Usage | undefined> {
  const threads = await readdir(`/proc/${pid}/task`).catch(() => [])
  const [memory, ...schedules] = await Promise.all([
    read(`/proc/${pid}/statm`),
    ...threads.map((thread) => read(`/proc/${pid}/task/${thread}/schedstat`)),
  ])
  if (memory === '') return undefined
  const times = schedules.map(threadTimesOf)
  return {
    cpuMs: times.reduce((sum, { cpuMs }) => sum + cpuMs, 0),
    waitMs: times.reduce((sum, { waitMs }) => sum + waitMs, 0),
    memoryBytes: Number(memory.split(' ')[1]) * pageBytes,
  }
}

const usageEveryMs = 250

/**
 * Reads the usage of a process until it ends.
 * @param program the name of its program: another one, such as ssh, has nothing to tell
 */
export function watchUsage(pid: number, program: string) {
  let last: Usage | undefined
  const timer = setInterval(async () => {
    if ((await read(`/proc/${pid}/comm`)).trim() !== program) return
    last = (await readUsage(pid)) ?? last
  }, usageEveryMs)
  return {
    /** @returns the usage as it was read last; `undefined` if nothing was */
    stop(): Usage | undefined {
      clearInterval(timer)
      return last
    },
  }
}
