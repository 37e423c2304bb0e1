/** A process by its id: its identity, its command line, the times of its threads; signals to it. */
import { readFile } from 'node:fs/promises'
import { execute } from './execute.ts'

/** Identifies a process: its id may be reused, but not with the same start. */
export type Identity = {
  pid: number
  /** When it started, in a format of the system; empty if it had ended. */
  started: string
}

/** Identifies the process that has an id now. */
export const identify = async (pid: number): Promise<Identity> => ({
  pid,
  started: (await startOf(pid)) ?? '',
})

/** Whether that process still runs. */
export const isAlive = async ({ pid, started }: Identity): Promise<boolean> =>
  started !== '' && (await startOf(pid)) === started

/** Sends a signal to a process. Does nothing if it has ended since it was seen alive. */
export function signal({ pid }: Pick<Identity, 'pid'>, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

/** `undefined` if there is no such process, or if it is a zombie. */
const startOf = (pid: number): Promise<string | undefined> =>
  (process.platform === 'linux' ? startOnLinux(pid) : startByPs(pid)).catch(() => undefined)

// Clock ticks since the boot, so the identity includes the boot.
// https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html
async function startOnLinux(pid: number): Promise<string | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8')
  // The name of the program is in brackets, and may itself contain spaces and brackets.
  const [state, ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  if (state === 'Z' || state === 'X') return undefined
  const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8')
  return `${boot.trim()} ${fields[18]}`
}

async function startByPs(pid: number): Promise<string | undefined> {
  const env = { ...process.env, LC_ALL: 'C', TZ: 'UTC' }
  const { stdout } = await execute('ps', ['-p', String(pid), '-o', 'stat=,lstart='], { env })
  const [state = '', ...start] = stdout.trim().split(/\s+/)
  return state.startsWith('Z') ? undefined : start.join(' ')
}

/** The command line of a process; `undefined` if there is none, or if the system hides it. */
export async function commandOf(pid: number): Promise<string | undefined> {
  const reading =
    process.platform === 'linux'
      ? readFile(`/proc/${pid}/cmdline`, 'utf8')
      : execute('ps', ['-p', String(pid), '-o', 'command=']).then(({ stdout }) => stdout)
  const line = await reading.catch(() => '')
  return line.replaceAll('\0', ' ').trim() || undefined
}

/** The time that a thread has spent on a core, and ready to run without one, in milliseconds. */
export type ThreadTimes = { cpuMs: number; waitMs: number }

const nsPerMs = 1e6

/** Reads the text of `/proc/PID/task/THREAD/schedstat`; an empty one, of an ended thread, is 0. */
export function threadTimesOf(schedstat: string): ThreadTimes {
  const [cpuNs = 0, waitNs = 0] = schedstat.split(' ').map(Number)
  return { cpuMs: cpuNs / nsPerMs, waitMs: waitNs / nsPerMs }
}
