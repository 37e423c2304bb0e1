import { type ChildProcess, spawn } from 'node:child_process'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { nodeFlags } from '../../local/processes/process.ts'
import { type FunctionName, services, urlVariable } from '../../model/services.ts'
import { commandOn } from '../machine.ts'

/** A process of the bench that serves on a port of its own. */
export type Server = { port: number; url: string; pid: number; close: () => Promise<void> }

export type ServerOptions = {
  script: URL
  args?: string[]
  environment?: Record<string, string>
  cores: readonly number[]
  /** The file of its output; the terminal by default. */
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
  const program = [...nodeFlags, fileURLToPath(script), ...args]
  const [command, ...rest] = commandOn(cores, process.execPath, ...program)
  const log = logFile === undefined ? undefined : await open(logFile, 'w')
  const child = spawn(command, rest, {
    env: { ...process.env, ...environment },
    stdio: ['ignore', log?.fd ?? 'inherit', 'inherit', 'ipc'],
    detached: true,
  })
  await log?.close()
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const ended = exited.then(() => {
    throw new Error(`${script.pathname} ${args.join(' ')} ended while starting`)
  })
  const port = await Promise.race([portOf(child), ended])
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

export type FloorOptions = Pick<ServerOptions, 'cores' | 'environment'> & {
  /** Where the floors write their logs. */
  logFolder: string
}

/**
 * Starts the floor of a function after those of its callees, each in a process of its own.
 * @returns the servers, that of the function first
 */
export async function startFloors(
  name: FunctionName,
  options: FloorOptions,
): Promise<[Server, ...Server[]]> {
  const { environment, cores, logFolder } = options
  const addresses: Record<string, string> = {}
  const callees: Server[] = []
  for (const callee of services[name].calls) {
    const [server, ...others] = await startFloors(callee, options)
    addresses[urlVariable(callee)] = server.url
    callees.push(server, ...others)
  }
  const server = await startServer({
    script: new URL('../floors/main.ts', import.meta.url),
    args: [name],
    environment: { ...environment, ...addresses },
    cores,
    logFile: join(logFolder, `${name}-floor.log`),
  })
  return [server, ...callees]
}
