import { readdir, readFile } from 'node:fs/promises'
import { type ThreadTimes, threadTimesOf } from '../../local/processes/process-info.ts'

/** The resources that a process has used since its start, all its threads together. */
export type Usage = ThreadTimes & { memoryBytes: number }

const textOf = (file: string) => readFile(file, 'utf8').catch(() => '')

// The page size of Linux on every usual architecture.
const pageBytes = 4096

/** The times of threads by their numbers: those that have ended stay. */
type SeenThreads = Map<string, ThreadTimes>

/**
 * The usage of a process by Linux' `/proc`; `undefined` elsewhere, and if the process has ended.
 * @param seen of earlier readings: without it, the usage falls when a thread ends
 */
export async function readUsage(
  pid: number,
  seen: SeenThreads = new Map(),
): Promise<Usage | undefined> {
  const threads = await readdir(`/proc/${pid}/task`).catch(() => [])
  const [memory, ...schedules] = await Promise.all([
    textOf(`/proc/${pid}/statm`),
    ...threads.map((thread) => textOf(`/proc/${pid}/task/${thread}/schedstat`)),
  ])
  if (memory === '') return undefined
  for (const [index, schedule] of schedules.entries())
    if (schedule !== '') seen.set(threads[index] as string, threadTimesOf(schedule))
  const times = [...seen.values()]
  return {
    cpuMs: times.reduce((sum, { cpuMs }) => sum + cpuMs, 0),
    waitMs: times.reduce((sum, { waitMs }) => sum + waitMs, 0),
    memoryBytes: Number(memory.split(' ')[1]) * pageBytes,
  }
}

export type CoreUse = {
  /** Its share of one core. */
  cpuShare: number
  /** Of the time that it could have run, the share that it waited for a core. */
  waitShare: number
}

type Reading = Usage & { atMs: number }

/** @returns `undefined` if no time passed between them, or if the system does not show it */
export function coreUseBetween(first: Reading, last: Reading): CoreUse | undefined {
  const cpuMs = last.cpuMs - first.cpuMs
  const waitMs = last.waitMs - first.waitMs
  // Without its statistics of the scheduler, Linux shows zeros.
  if (last.atMs <= first.atMs || cpuMs <= 0) return undefined
  return { cpuShare: cpuMs / (last.atMs - first.atMs), waitShare: waitMs / (cpuMs + waitMs) }
}

const usageEveryMs = 250

export type WatchOptions = {
  pid: number
  /** The name of its program: another one, such as ssh, has nothing to tell. */
  program: string
  /** Resolves when what is watched begins. */
  begun: Promise<unknown>
}

/** Reads the usage of a process from the beginning of its work until it ends. */
export function watchCoreUse({ pid, program, begun }: WatchOptions) {
  let first: Reading | undefined
  let last: Reading | undefined
  let timer: NodeJS.Timeout | undefined
  let isStopped = false
  const seen: SeenThreads = new Map()
  const read = async () => {
    if ((await textOf(`/proc/${pid}/comm`)).trim() !== program) return
    const usage = await readUsage(pid, seen)
    if (!usage || isStopped) return
    last = { ...usage, atMs: performance.now() }
    first ??= last
  }
  const start = () => {
    if (isStopped) return
    void read()
    timer = setInterval(read, usageEveryMs)
  }
  begun.then(start, () => {})
  return {
    /** @returns the use until the last reading; `undefined` if the system does not show it */
    stop(): CoreUse | undefined {
      isStopped = true
      clearInterval(timer)
      return first && last && coreUseBetween(first, last)
    },
  }
}
