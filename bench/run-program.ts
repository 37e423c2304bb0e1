import { spawn } from 'node:child_process'
import { text } from 'node:stream/consumers'
import { commandOn } from './machine.ts'

export type ProgramOptions = {
  /** The script, which gets `argument` as JSON. */
  script: URL
  argument: object
  cores: readonly number[]
  /** Aborts to end it. */
  signal: AbortSignal
}

/**
 * Runs a program of the bench on some cores.
 * @returns its output, parsed as JSON
 * @throws Error if it fails; its own output has the reason. The reason of `signal` if that aborts
 */
export async function runProgram<T>({ script, argument, cores, signal }: ProgramOptions) {
  const json = JSON.stringify(argument)
  const [command, ...args] = commandOn(cores, process.execPath, script.pathname, json)
  // A session of its own, as a service has: Linux may share a core among sessions.
  const child = spawn(command, args, { detached: true, stdio: ['ignore', 'pipe', 'inherit'] })
  const end = () => child.kill('SIGKILL')
  signal.addEventListener('abort', end)
  const closed = new Promise<number | null>((resolve) => child.once('close', resolve))
  const output = await text(child.stdout)
  const code = await closed
  signal.removeEventListener('abort', end)
  signal.throwIfAborted()
  if (code !== 0) throw new Error(`${script.pathname} ended with ${code}`)
  return JSON.parse(output) as T
}
