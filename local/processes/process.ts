import { type ChildProcess, spawn } from 'node:child_process'
import { mkdir, open, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { type FunctionName, services } from '../../model/services.ts'
import type { LogMessage } from '../../runtime/telemetry/logger.ts'
import { type Bundle, provideBundle } from '../bundle/bundle.ts'
import { StartError } from '../start.ts'
import { reachableHost } from './addresses.ts'

const pollMs = 25
// Make memory depend on load rather than on V8's idle heuristics, as in the Dockerfile: a bounded young
// generation, and no memory reducer. runtime/settle.ts adds what would make the start slower here.
export const nodeFlags = ['--max-semi-space-size=8', '--no-memory-reducer']

// All services of a process run the sources as they were when the first of them started.
let bundle: Promise<Bundle> | undefined

/** A service in its own process, which represents its container. */
export type RunningService = {
  name: FunctionName
  port: number
  url: string
  pid: number
  logFile: string
  /** Resolves with the exit code, or with `null` if a signal ended the process. */
  exited: Promise<number | null>
  /** Asks the process to answer accepted requests, and waits until it has ended. */
  stop: () => Promise<number | null>
  /** Ends the process at once. */
  kill: () => Promise<number | null>
}

export type StartServiceOptions = {
  name: FunctionName
  /** 0 for a free one. */
  port?: number
  /** The settings of the container. */
  environment?: Record<string, string | undefined>
  /** The variables that it inherits: by default those of this process. */
  inherited?: NodeJS.ProcessEnv
  /** The program that runs the service: this process's Node, or a Bun. */
  runtime?: string
  logFolder: string
  /** Called when the service cannot write its log, in words; with `null` when it can again. */
  onLostLog?: (problem: string | null) => void
}

/**
 * Starts one function in its own process and waits until it listens. The process ends when this one
 * does.
 * @throws Error with the last log line of the process if it ends instead
 */
export async function startService({
  name,
  port = 0,
  environment = {},
  inherited = process.env,
  runtime = process.execPath,
  logFolder,
  onLostLog = () => {},
}: StartServiceOptions): Promise<RunningService> {
  bundle ??= provideBundle()
  const { entry, compileCache } = await bundle
  await mkdir(logFolder, { recursive: true })
  const logFile = join(logFolder, `${services[name].name}.log`)
  // For appending, so that a log that is cut while it is written has no hole.
  await using log = await open(logFile, 'a')
  const flags = runtime === process.execPath ? nodeFlags : []
  const env: NodeJS.ProcessEnv = {
    NODE_COMPILE_CACHE: compileCache,
    ...inherited,
    ...environment,
    FUNCTION: name,
    PORT: String(port),
  }
  const child = spawn(runtime, [...flags, entry], {
    env,
    stdio: ['ignore', log.fd, log.fd, 'ipc'],
    // In its own process group: Ctrl-C signals only the starter, which ends callers before callees.
    detached: process.platform !== 'win32',
    windowsHide: true,
  })
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve))
  child.on('message', ({ lostLog }: Message) => {
    if (lostLog !== undefined) onLostLog(lostLog)
  })
  const listening = await Promise.race([listeningPort(child), exited.then(() => undefined)])
  if (listening === undefined)
    throw new Error(`${services[name].name} ended while starting: ${await lastLogLine(logFile)}`)
  const end = (signal: NodeJS.Signals) => {
    child.kill(signal)
    return exited
  }
  return {
    name,
    port: listening,
    url: `http://${reachableHost(env.HOST || '0.0.0.0')}:${listening}`,
    pid: child.pid ?? 0,
    logFile,
    exited,
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
  }
}

/** A service tells its port once, and each time that its log is lost or regained. */
type Message = { port?: number } & Partial<LogMessage>

const listeningPort = (child: ChildProcess) =>
  new Promise<number>((resolve, reject) => {
    child.on('message', ({ port }: Message) => {
      if (port !== undefined) resolve(port)
    })
    child.once('error', ({ message }) =>
      reject(new StartError(`The services cannot be started: ${message}`)),
    )
  })

/** The message of the last log line that is not empty. */
async function lastLogLine(logFile: string): Promise<string> {
  const lines = (await readFile(logFile, 'utf8')).split('\n').filter((line) => line.trim() !== '')
  try {
    return (JSON.parse(lines.at(-1) ?? '') as { msg: string }).msg
  } catch {
    // Not of the logger, or half of a line of it: the disk was full.
    return lines.slice(-5).join(' ') || `${logFile} is empty`
  }
}

/**
 * Waits until `/ready` of a service answers 200.
 * @throws Error if its process ends, or if it is not ready after `limitMs`
 */
export async function untilReady(
  { name, url, exited, logFile }: RunningService,
  { limitMs = 60_000 } = {},
): Promise<void> {
  const end = performance.now() + limitMs
  let gone = false
  void exited.then(() => {
    gone = true
  })
  while (performance.now() < end) {
    if (gone)
      throw new Error(`${services[name].name} ended while starting: ${await lastLogLine(logFile)}`)
    const answer = await fetch(`${url}/ready`, { signal: AbortSignal.timeout(5000) }).catch(
      () => undefined,
    )
    await answer?.arrayBuffer()
    if (answer?.ok) return
    await delay(pollMs)
  }
  throw new Error(
    `${services[name].name} is not ready after ${limitMs / 1000} s: ${await lastLogLine(logFile)}`,
  )
}
