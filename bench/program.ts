import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { inheritedBy } from '../local/processes/inherited.ts'
import type { Cost, LoadOptions } from './load/closed-loop.ts'
import { commandOn } from './machine.ts'
import type { Plan } from './plan.ts'

type ProgramOptions = {
  script: URL
  args: string[]
  cores: readonly number[]
  /** Flags of Node.js. */
  flags?: readonly string[]
  environment?: Record<string, string>
  /** Aborts to end it. */
  signal?: AbortSignal
}

/** A program that runs, and its first message. */
type Program<T> = { pid: number; message: T; close: () => Promise<void> }

/**
 * Starts a program of the bench on some cores, and waits for the message that it sends.
 * @throws Error if it ends before; its own output has the reason
 */
export async function startProgram<T>(options: ProgramOptions): Promise<Program<T>> {
  const { script, args, cores, flags = [], environment, signal } = options
  const [execPath, ...execArgv] = commandOn(cores, process.execPath, ...flags)
  const child = fork(fileURLToPath(script), args, {
    execPath,
    execArgv,
    env: { ...inheritedBy(process.env), ...environment },
    // A session of its own, as a service has: Linux may share a core among sessions.
    detached: true,
    ...(signal && { signal, killSignal: 'SIGKILL' as const }),
  })
  const exited = once(child, 'exit')
  const ended = exited.then(() => {
    throw new Error(`${script.pathname} ${args.join(' ')} ended without a message`)
  })
  const [message] = await Promise.race([once(child, 'message'), ended])
  const close = async () => {
    child.kill('SIGKILL')
    await exited
  }
  return { pid: child.pid ?? 0, message, close }
}

/** Runs a program that gets its argument as JSON on the client's cores; returns what it sends. */
export async function runProgram<T>(script: URL, argument: object, plan: Plan): Promise<T> {
  const { cores, signal } = plan
  const args = [JSON.stringify(argument)]
  const { message, close } = await startProgram<T>({ script, args, cores: cores.client, signal })
  await close()
  return message
}

const closedLoop = new URL('load/closed-loop.ts', import.meta.url)

/**
 * Loads a server once, and counts the CPU time of its processes meanwhile.
 * @throws Error if an answer had another status than the scenario's own
 */
export function measureLoad(
  load: Omit<LoadOptions, 'seconds' | 'warmUpSeconds'>,
  plan: Plan,
): Promise<Cost> {
  const { seconds, warmUpSeconds } = plan
  return runProgram(closedLoop, { ...load, seconds, warmUpSeconds }, plan)
}
