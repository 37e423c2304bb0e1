import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { functionNames } from '../model/services.ts'
import type { Target } from './target.ts'

const starter = fileURLToPath(new URL('../cli/start.ts', import.meta.url))

/** Whether any of the ten services answers. One that is down may be part of an experiment. */
export async function isUp(target: Target): Promise<boolean> {
  const asked = functionNames.map((name) =>
    fetch(`${target.urlOf(name)}/health`, { signal: AbortSignal.timeout(5000) }).then((answer) =>
      answer.arrayBuffer(),
    ),
  )
  return (await Promise.allSettled(asked)).some(({ status }) => status === 'fulfilled')
}

/** The address to listen on, so that a URL leads there. */
function hostOf(baseUrl: string): string {
  const { hostname } = new URL(baseUrl)
  return hostname === 'localhost' ? '127.0.0.1' : hostname.replace(/^\[|\]$/g, '')
}

export type OwnLabOptions = {
  /** Scheme and host where it is asked for. */
  baseUrl: string
  firstPort: number
  /** Ends the lab while it starts. */
  signal: AbortSignal
}

/**
 * Starts a lab on this machine, its output shown, and waits until it is ready. It is a program of its own, as for any user,
 * and ends with this one, however that happens.
 * @returns what ends it
 * @throws Error if it ends instead
 */
export async function startOwnLab({
  baseUrl,
  firstPort,
  signal,
}: OwnLabOptions): Promise<() => Promise<void>> {
  // A group of its own: Ctrl-C ends the load, which then ends the lab.
  const lab = spawn(process.execPath, [starter, '--no-tour', '--first-port', String(firstPort)], {
    env: { HOST: hostOf(baseUrl), ...process.env },
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    detached: process.platform !== 'win32',
  })
  const end = () => lab.kill('SIGTERM')
  signal.addEventListener('abort', end)
  const exited = new Promise<void>((resolve) => lab.once('exit', () => resolve()))
  let output = ''
  const ready = new Promise<boolean>((resolve) => {
    lab.stdout?.on('data', (chunk: Buffer) => {
      output += chunk
      if (/^ready .*\n/m.test(output)) resolve(true)
    })
    void exited.then(() => resolve(false))
  })
  const isReady = await ready
  signal.removeEventListener('abort', end)
  if (signal.aborted) throw new Error('Interrupted before the lab was ready.')
  if (!isReady) throw new Error('The lab did not start; it says why above.')
  console.log(output.trim())
  return async () => {
    end()
    await exited
  }
}
