/** A commit of this repository beside it, whose services are measured by the program that runs now. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, readFile, rm, symlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { reachableHost } from '../../local/processes/addresses.ts'
import { execute } from '../../local/processes/execute.ts'
import { inheritedBy } from '../../local/processes/inherited.ts'
import { freePorts } from '../../local/processes/ports.ts'
import { functionNames } from '../../model/services.ts'
import { createTarget, type Target } from '../target.ts'
import { within } from '../within.ts'
import { longestOf, type MeasuredLab, type MeasuredLabOptions } from './measured-lab.ts'
import { readSettings } from './shown-settings.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

// A large checkout, and packages by a slow network.
const gitMs = 120_000
const installMs = 600_000

const git = async (...args: string[]): Promise<string> =>
  (await execute('git', args, { cwd: root, limitMs: gitMs })).stdout.trim()

/** @throws Error if the repository has no such commit */
export const resolveCommit = (name: string): Promise<string> =>
  git('rev-parse', '--verify', '--quiet', `${name}^{commit}`).catch(() => {
    throw new Error(`"${name}" names no commit of this repository`)
  })

const lockFileOf = (folder: string) => readFile(join(folder, 'package-lock.json'), 'utf8')

/** Gives a checkout its packages: those of this one if their versions are the same. */
async function installPackages(folder: string, say: (line: string) => void): Promise<void> {
  if ((await lockFileOf(folder)) === (await lockFileOf(root)))
    return symlink(join(root, 'node_modules'), join(folder, 'node_modules'))
  say('Its packages differ from those of this checkout: npm ci …')
  await execute('npm', ['ci', '--no-audit', '--no-fund'], { cwd: folder, limitMs: installMs })
}

export type Checkout = { commit: string; folder: string; remove: () => Promise<void> }

/**
 * Checks a commit out into a folder.
 * @throws Error if its packages cannot be installed
 */
export async function addCheckout(
  commit: string,
  { folder, say }: { folder: string; say: (line: string) => void },
): Promise<Checkout> {
  await mkdir(dirname(folder), { recursive: true })
  await git('worktree', 'add', '--detach', '--force', folder, commit)
  const remove = async () => {
    await rm(join(folder, 'node_modules'), { force: true, recursive: true })
    await git('worktree', 'remove', '--force', folder)
  }
  await installPackages(folder, say).catch(async (error: unknown) => {
    await remove()
    throw error
  })
  return { commit, folder, remove }
}

const pollMs = 50
const answerMs = 5000
const limitMs = 120_000

/** Waits until all services answer, or the start has failed. */
async function untilAllReady({ urls }: Target, started: ChildProcess, signal?: AbortSignal) {
  const deadline = performance.now() + limitMs
  for (const name of functionNames)
    for (;;) {
      signal?.throwIfAborted()
      if (started.exitCode !== null) throw new Error('its lab ended while it started')
      if (performance.now() > deadline) throw new Error(`${name} is not ready after 120 s`)
      const init = { signal: within(answerMs, signal) }
      const response = await fetch(`${urls[name]}/ready`, init).catch(() => undefined)
      await response?.arrayBuffer().catch(() => {})
      if (response?.ok) break
      await delay(pollMs)
    }
}

type CheckoutLabOptions = Pick<MeasuredLabOptions, 'settings' | 'environment' | 'host' | 'signal'>

/**
 * Starts the lab of a checkout by its own `npm start`, on free ports, with a database that is thrown
 * away.
 * @throws Error with the end of its output if it does not start
 */
export async function openCheckoutLab(
  { folder }: Checkout,
  { settings: given, environment = {}, host = '127.0.0.1', signal }: CheckoutLabOptions,
): Promise<MeasuredLab> {
  const firstPort = await freePorts(host)
  const own = Object.entries(given).map(([name, value]) => [name, String(value)])
  const options = ['--no-tour', '--ephemeral', '--first-port', String(firstPort)]
  const started = spawn(
    process.execPath,
    ['cli/start.ts', ...options, '--folder', join(folder, '.lab')],
    {
      cwd: folder,
      env: { ...inheritedBy(process.env), ...environment, ...Object.fromEntries(own), HOST: host },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    },
  )
  const output: Buffer[] = []
  for (const stream of [started.stdout, started.stderr])
    stream.on('data', (chunk: Buffer) => output.push(chunk))
  started.on('error', ({ message }) => output.push(Buffer.from(message)))
  const close = async () => {
    if (started.exitCode !== null || started.signalCode !== null) return
    started.kill('SIGTERM')
    await once(started, 'exit')
  }
  const target = createTarget({ baseUrl: `http://${reachableHost(host)}`, firstPort })
  try {
    await untilAllReady(target, started, signal)
    const settings = await readSettings(target)
    return {
      ...target,
      settings,
      host: reachableHost(host),
      longestSeconds: longestOf(settings),
      prepare: async () => async () => {},
      usageOf: async () => undefined,
      watchResources: () => ({ stop: () => [] }),
      close,
    }
  } catch (error) {
    await close()
    const end = Buffer.concat(output).toString().trim().split('\n').slice(-10).join('\n')
    throw new Error(`The lab of ${folder}: ${(error as Error).message}\n${end}`)
  }
}
