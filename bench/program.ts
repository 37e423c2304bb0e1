import { type ChildProcess, fork } from 'node:child_process'
import { open } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { commandOn } from './machine.ts'

export type ProgramOptions = {
  script: URL
  args?: string[]
  cores: readonly number[]
  /** Flags of Node.js. */
  flags?: readonly string[]
  environment?: Record<string, string>
  /** The file of its output; the terminal by default. */
  logFile?: string
  /** Aborts to end it. */
  signal?: AbortSignal
}

/** A program that runs, and its first message. */
export type Program<T> = { pid: number; message: T; close: () => Promise<void> }

/**
 * Starts a program of the bench on some cores, and waits for the message that it sends.
 * @throws Error if it ends before; its own output has the reason
 */
export async function startProgram<T>(options: ProgramOptions): Promise<Program<T>> {
  const { script, args = [], cores, flags = [], environment, logFile, signal } = options
  const [execPath, ...execArgv] = commandOn(cores, process.execPath, ...flags)
  const log = logFile === undefined ? undefined : await open(logFile, 'w')
  const child = fork(fileURLToPath(script), args, {
    execPath,
    execArgv,
    env: { ...process.env, ...environment },
    stdio: ['ignore', log?.fd ?? 'inherit', 'inherit', 'ipc'],
    // A session of its own, as a service has: Linux may share a core among sessions.
    detached: true,
    ...(signal && { signal, killSignal: 'SIGKILL' as const }),
  })
  await log?.close()
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const ended = exited.then(() => {
    throw new Error(`${script.pathname} ${args.join(' ')} ended without a message`)
  })
  const message = await Promise.race([messageOf<T>(child), ended])
  const close = () => {
    child.kill('SIGKILL')
    return exited
  }
  return { pid: child.pid ?? 0, message, close }
}

const messageOf = <T>(child: ChildProcess) =>
  new Promise<T>((resolve, reject) => {
    child.once('message', (message) => resolve(message as T))
    child.once('error', reject)
  })

/** Runs a program that gets its argument as JSON, and returns what it sends. */
export async function runProgram<T>(argument: object, options: ProgramOptions): Promise<T> {
  const { message, close } = await startProgram<T>({ ...options, args: [JSON.stringify(argument)] })
  await close()
  return message
}
