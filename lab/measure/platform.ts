/** A platform that runs elsewhere, whose replicas its own engine starts and ends. */
import { execFile } from 'node:child_process'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'
import { reachableHost } from '../../local/processes/addresses.ts'
import { servedByHeader } from '../../model/routes.ts'
import { type FunctionName, services } from '../../model/services.ts'
import type { Condition } from '../experiment.ts'
import type { Platform, PlatformAddress } from '../measurement.ts'
import { createTarget } from '../target.ts'
import { within } from '../within.ts'
import { longestOf, type MeasuredLab } from './measured-lab.ts'
import { readSettings } from './shown-settings.ts'

/** The functions whose settings a prediction of registrations and payments needs. */
const described: readonly FunctionName[] = ['email', 'payment', 'user']

/**
 * Reads the settings of a platform from the metrics of its services.
 * @throws Error if a service does not answer
 */
export const describePlatform = async (address: PlatformAddress): Promise<Platform> => ({
  ...address,
  settings: await readSettings(createTarget(address), described),
})

type OpenOptions = { host?: string | undefined; signal?: AbortSignal }

/** Opens a platform as a lab that is measured; closing it leaves it as it is. */
export function openPlatform(
  platform: Platform,
  { host = '127.0.0.1', signal }: OpenOptions = {},
): MeasuredLab {
  const { settings, scale } = platform
  const target = createTarget(platform)
  return {
    ...target,
    settings,
    host: reachableHost(host),
    longestSeconds: longestOf(settings),
    /** Scales the services of a condition, and waits until exactly those replicas answer. */
    async prepare({ replicas }: Condition) {
      const { of = [], count = 0 } = replicas ?? {}
      for (const name of of)
        await runScale(scale, { service: services[name].name, count }, { signal })
      await Promise.all(of.map((name) => awaitReplicas(target.urls[name], count, { signal })))
      return async () => {}
    },
    // Its processes may be anywhere.
    usageOf: async () => undefined,
    watchResources: () => ({ stop: () => [] }),
    close: async () => {},
  }
}

const execute = promisify(execFile)

const pollMs = 250

export const scaleWords = (command: string, { service, count }: ServiceCount): string[] =>
  (command.match(/\S+/g) ?? []).map((word) =>
    word.replaceAll('{service}', service).replaceAll('{replicas}', String(count)),
  )

type ServiceCount = { service: string; count: number }

type Interruptible = { signal?: AbortSignal | undefined }

type ScaleFailure = Error & { stderr?: string; killed?: boolean }

/**
 * @throws Error with the command and its output if it fails, or if it has not ended after `limitMs`;
 *   the reason of `signal` if that aborts
 */
export async function runScale(
  command: string,
  target: ServiceCount,
  { signal, limitMs = 120_000 }: Interruptible & { limitMs?: number } = {},
): Promise<void> {
  const [program = '', ...args] = scaleWords(command, target)
  const options = { signal, timeout: limitMs }
  await execute(program, args, options).catch(({ message, stderr, killed }: ScaleFailure) => {
    signal?.throwIfAborted()
    const late = killed && `not done within ${limitMs / 1000} s`
    const why = late || stderr?.trim() || message
    throw new Error(`${[program, ...args].join(' ')} failed: ${why}`)
  })
}

type SweepOptions = Interruptible & { answerMs: number }

/** The replica that answers a request on its own connection; one that hangs does not. */
async function answeringReplica(url: string, { signal, answerMs }: SweepOptions): Promise<string> {
  const init = { headers: { connection: 'close' }, signal: within(answerMs, signal) }
  const response = await fetch(`${url}/ready`, init).catch(() => {})
  await response?.arrayBuffer().catch(() => {})
  return (response?.ok && response.headers.get(servedByHeader)) || 'no replica'
}

/** The replicas that answer so many requests, one after another. */
async function sweep(url: string, requests: number, options: SweepOptions): Promise<string[]> {
  const names = await Array.fromAsync({ length: requests }, () => answeringReplica(url, options))
  options.signal?.throwIfAborted()
  return [...new Set(names)].sort()
}

type AwaitOptions = Interruptible & { patienceMs?: number; answerMs?: number }

/**
 * Waits until exactly so many replicas answer at an address, twice in a row.
 * @throws Error naming those that answer instead; the reason of `signal` if that aborts
 */
export async function awaitReplicas(
  url: string,
  count: number,
  { signal, patienceMs = 120_000, answerMs = 2000 }: AwaitOptions = {},
): Promise<string[]> {
  const deadline = performance.now() + patienceMs
  let before = ''
  for (;;) {
    // A balancer may begin with any of them, and know one that has just ended.
    const names = await sweep(url, 3 * count + 3, { signal, answerMs })
    const isAsked = names.length === count && !names.includes('no replica')
    if (isAsked && names.join() === before) return names
    before = isAsked ? names.join() : ''
    if (performance.now() > deadline)
      throw new Error(`${url} has no ${count} replicas: ${names.join(', ')} answered`)
    await delay(pollMs, undefined, signal && { signal }).catch(() => {
      throw signal?.reason
    })
  }
}
