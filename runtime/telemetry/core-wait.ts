import { readdirSync, readFileSync } from 'node:fs'
import { Counter, type Registry } from 'prom-client'
import { metrics } from '../../model/metrics.ts'

const nsPerSecond = 1e9

/** The waiting time in a thread's `schedstat`: its second number, in nanoseconds. */
const secondsIn = (schedstat: string) => Number(schedstat.split(' ')[1] ?? 0) / nsPerSecond

/** The text of a file; empty if its thread has ended. */
function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}

export type CoreWaitOptions = {
  registry: Registry
  /** The threads of this process, as Linux shows them. */
  folder?: string
}

/**
 * Shows how long this process waited for a core: of Linux alone, and if its kernel keeps the
 * statistics of its scheduler.
 * https://docs.kernel.org/scheduler/sched-stats.html
 */
export function watchCoreWait({ registry, folder = '/proc/self/task' }: CoreWaitOptions): void {
  // Without the statistics there are zeros, or no file.
  if (!/[1-9]/.test(textOf('/proc/self/schedstat'))) return
  // A thread that has ended keeps what it waited, as a counter never falls.
  const byThread = new Map<string, number>()
  new Counter({
    ...metrics.coreWait,
    registers: [registry],
    collect() {
      for (const thread of readdirSync(folder)) {
        const seconds = secondsIn(textOf(`${folder}/${thread}/schedstat`))
        byThread.set(thread, Math.max(seconds, byThread.get(thread) ?? 0))
      }
      this.reset()
      this.inc([...byThread.values()].reduce((sum, seconds) => sum + seconds, 0))
    },
  })
}
