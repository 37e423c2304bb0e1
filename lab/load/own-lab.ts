import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { StyleName } from '../../model/styles.ts'
import type { Target, TargetOptions } from '../target.ts'

const program = fileURLToPath(new URL('../../local/processes/lab-process.ts', import.meta.url))

/** Whether any service answers. One that is down may be part of an experiment. */
export async function isUp(target: Target): Promise<boolean> {
  const answers = Object.values(target.urls).map(async (url) =>
    (await fetch(`${url}/health`, { signal: AbortSignal.timeout(5000) })).arrayBuffer(),
  )
  return (await Promise.allSettled(answers)).some(({ status }) => status === 'fulfilled')
}

function hostOf(baseUrl: string): string {
  const { hostname } = new URL(baseUrl)
  return hostname === 'localhost' ? '127.0.0.1' : hostname.replace(/^\[|\]$/g, '')
}

const readyLimitMs = 300_000
// Longer than a lab gives the requests that it has accepted, and its database.
const endLimitMs = 150_000

export type OwnLabOptions = Required<TargetOptions> & {
  style: StyleName
  /** Ends the lab while it starts. */
  signal: AbortSignal
  /** How long the lab may start. */
  readyMs?: number
}

/**
 * Starts a lab in its own process, so that a load does not share its event loop, and waits until
 * it is ready. It ends with this process at the latest.
 * @returns a function that ends it
 * @throws Error if it does not start
 */
export async function startOwnLab({
  style,
  baseUrl,
  firstPort,
  signal,
  readyMs = readyLimitMs,
}: OwnLabOptions): Promise<() => Promise<void>> {
  // In its own process group: Ctrl-C ends the load, which then ends the lab.
  const lab = spawn(process.execPath, [program, style, String(firstPort)], {
    env: { HOST: hostOf(baseUrl), ...process.env },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    detached: process.platform !== 'win32',
  })
  const exited = once(lab, 'exit')
  const end = () => {
    lab.kill('SIGTERM')
    const timer = setTimeout(() => lab.kill('SIGKILL'), endLimitMs)
    lab.once('exit', () => clearTimeout(timer))
  }
  const late = AbortSignal.timeout(readyMs)
  const ends = AbortSignal.any([signal, late])
  ends.addEventListener('abort', end)
  const isReady = await Promise.race([
    once(lab, 'message').then(() => true),
    exited.then(() => false),
  ])
  ends.removeEventListener('abort', end)
  if (isReady && !ends.aborted)
    return async () => {
      end()
      await exited
    }
  await exited
  if (signal.aborted) throw new Error('Interrupted before the lab was ready.')
  if (late.aborted) throw new Error(`The lab was not ready after ${readyMs / 1000} s.`)
  throw new Error('The lab did not start; its output above has the reason.')
}
