import { type ChildProcess, spawn } from 'node:child_process'
import { open } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { nodeFlags } from '../../local/processes/process.ts'
import { commandOn } from '../machine.ts'

/** A process of the bench that serves on a port of its own. */
export type Server = { port: number; url: string; pid: number; close: () => Promise<void> }

export type ServerOptions = {
  script: URL
  args?: string[]
  environment?: Record<string, string>
  cores: readonly number[]
  /** The file of what it prints; the terminal by default. */
  logFile?: string
}

/** Starts a program with the flags of the services; it sends its port when it listens. */
export async function startServer({
  script,
  args = [],
  environment = {},
  cores,
  logFile,
}: ServerOptions): Promise<Server> {
  const [command, ...rest] = commandOn(
    cores,
    process.execPath,
    ...nodeFlags,
    fileURLToPath(script),
    ...args,
  )
  const log = logFile === undefined ? undefined : await open(logFile, 'w')
  const child = spawn(command, rest, {
    env: { ...process.env, ...environment },
    stdio: ['ignore', log?.fd ?? 'inherit', 'inherit', 'ipc'],
    detached: true,
  })
  await log?.close()
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const port = await Promise.race([
    portOf(child),
    exited.then(() => {
      throw new Error(`${script.pathname} ${args.join(' ')} ended while starting`)
    }),
  ])
  const close = () => {
    child.kill('SIGKILL')
    return exited
  }
  return { port, url: `http://127.0.0.1:${port}`, pid: child.pid ?? 0, close }
}

const portOf = (child: ChildProcess) =>
  new Promise<number>((resolve, reject) => {
    child.once('message', ({ port }: { port: number }) => resolve(port))
    child.once('error', reject)
  })
