import { spawn } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { createInterface } from 'node:readline'

/** Whether processes can be pinned: two cores of a Linux machine. */
export const canPin = process.platform === 'linux' && availableParallelism() >= 2

const pin = (core: number, ...command: string[]) =>
  // In its own session, like a service: Linux shares a core among sessions.
  spawn('taskset', ['-c', String(core), ...command], {
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit'],
  })

/** Runs a Node.js script on one core, and resolves with the last line that it prints. */
export async function runOn(
  core: number,
  script: string,
  argument: object,
  onFirstLine = () => {},
): Promise<string> {
  const child = pin(core, process.execPath, script, JSON.stringify(argument))
  const closed = new Promise<number | null>((resolve) => child.once('close', resolve))
  let last: string | undefined
  for await (const line of createInterface({ input: child.stdout })) {
    if (last === undefined) onFirstLine()
    last = line
  }
  const code = await closed
  if (code !== 0 || last === undefined) throw new Error(`${script} ended with ${code}`)
  return last
}

const burn = (seconds: number) =>
  `for (const end = Date.now() + ${seconds * 1000}; Date.now() < end; );`

/** Makes a process share one core with busy ones; returns a function that stops those. */
export async function shareCore(core: number, pid: number, others: number): Promise<() => void> {
  const moved = spawn('taskset', ['-acp', String(core), String(pid)])
  await new Promise((resolve) => moved.once('close', resolve))
  const limitSeconds = 300
  const burners = Array.from({ length: others }, () =>
    pin(core, process.execPath, '-e', burn(limitSeconds)),
  )
  return () => {
    for (const burner of burners) burner.kill('SIGKILL')
  }
}
