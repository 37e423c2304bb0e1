import { readdir, readFile } from 'node:fs/promises'

/** The resources that a process has used since its start. */
export type Usage = {
  /** Time on a core, in milliseconds. */
  cpuMs: number
  /** Time that its threads were ready to run, but had no core, in milliseconds. */
  waitMs: number
  memoryBytes: number
}

const read = (file: string) => readFile(file, 'utf8').catch(() => '')

// Both are what Linux has on every usual architecture.
const pageBytes = 4096
const nsPerMs = 1e6

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
  const times = schedules.map((schedule) => schedule.split(' ').map(Number))
  const sumOf = (column: number) => times.reduce((sum, time) => sum + (time[column] ?? 0), 0)
  return {
    cpuMs: sumOf(0) / nsPerMs,
    waitMs: sumOf(1) / nsPerMs,
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
