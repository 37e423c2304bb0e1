import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { commandOn } from './machine.ts'

export type ProgramOptions = {
  /** The script, which gets `argument` as JSON. */
  script: URL
  argument: object
  cores: readonly number[]
  /** Aborts to end it. */
  signal: AbortSignal
  /** Called for its first line: it begins to measure. */
  onMeasuring?: () => Promise<void>
}

/**
 * Runs a program of the bench on some cores.
 * @returns what it prints last, parsed as JSON
 * @throws Error if it fails; its own output has the reason. The reason of `signal` if that aborts
 */
export async function runProgramOn<T>({
  script,
  argument,
  cores,
  signal,
  onMeasuring = async () => {},
}: ProgramOptions): Promise<T> {
  const [command, ...args] = commandOn(
    cores,
    process.execPath,
    script.pathname,
    JSON.stringify(argument),
  )
  // A session of its own, as a service has: Linux may share a core among sessions.
  const child = spawn(command, args, { detached: true, stdio: ['ignore', 'pipe', 'inherit'] })
  const end = () => child.kill('SIGKILL')
  signal.addEventListener('abort', end)
  const closed = new Promise<number | null>((resolve) => child.once('close', resolve))
  let measuring: Promise<void> | undefined
  let last = ''
  for await (const line of createInterface({ input: child.stdout })) {
    measuring ??= onMeasuring()
    last = line
  }
  await measuring
  const code = await closed
  signal.removeEventListener('abort', end)
  signal.throwIfAborted()
  if (code !== 0) throw new Error(`${script.pathname} ended with ${code}`)
  return JSON.parse(last) as T
}
