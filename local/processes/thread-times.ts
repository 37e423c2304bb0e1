/** The time that a thread has spent on a core, and ready to run without one, in milliseconds. */
export type ThreadTimes = { cpuMs: number; waitMs: number }

const nsPerMs = 1e6

/** Reads the text of `/proc/PID/task/THREAD/schedstat`; an empty one, of an ended thread, is 0. */
export function threadTimesOf(schedstat: string): ThreadTimes {
  const [cpuNs = 0, waitNs = 0] = schedstat.split(' ').map(Number)
  return { cpuMs: cpuNs / nsPerMs, waitMs: waitNs / nsPerMs }
}
