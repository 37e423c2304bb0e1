/** Scales a service by its engine's own command, and waits for its replicas. */
import { execFile } from 'node:child_process'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'
import { servedByHeader } from '../../model/routes.ts'

const execute = promisify(execFile)

const pollMs = 250

/** The words of a command with its service and its number of replicas. */
export const scaleWords = (command: string, { service, count }: ServiceCount): string[] =>
  command
    .split(' ')
    .filter((word) => word !== '')
    .map((word) => word.replaceAll('{service}', service).replaceAll('{replicas}', String(count)))

export type ServiceCount = { service: string; count: number }

/** @throws Error with the command and its output if it fails */
export async function runScale(command: string, target: ServiceCount): Promise<void> {
  const [program = '', ...args] = scaleWords(command, target)
  await execute(program, args).catch(({ message, stderr }: Error & { stderr?: string }) => {
    throw new Error(`${[program, ...args].join(' ')} failed: ${stderr?.trim() || message}`)
  })
}

/** The replica that answers a request on its own connection; `undefined` without an answer. */
async function answeringReplica(url: string): Promise<string | undefined> {
  const response = await fetch(`${url}/ready`, { headers: { connection: 'close' } }).catch(() => {})
  await response?.arrayBuffer().catch(() => {})
  return response?.ok ? (response.headers.get(servedByHeader) ?? undefined) : undefined
}

/** The replicas that answer so many requests, one after another. */
async function sweep(url: string, requests: number): Promise<string[]> {
  const names = new Set<string>()
  for (let sent = 0; sent < requests; sent++)
    names.add((await answeringReplica(url)) ?? 'no replica')
  return [...names].sort()
}

/**
 * Waits until exactly so many replicas answer at an address, twice in a row.
 * @throws Error naming those that answer instead; the reason of `signal` if that aborts
 */
export async function awaitReplicas(
  url: string,
  count: number,
  { signal, patienceMs = 120_000 }: { signal?: AbortSignal | undefined; patienceMs?: number } = {},
): Promise<string[]> {
  const deadline = performance.now() + patienceMs
  let before = ''
  for (;;) {
    // A balancer may begin with any of them, and know one that has just ended.
    const names = await sweep(url, 3 * count + 3)
    const isAsked = names.length === count && !names.includes('no replica')
    if (isAsked && names.join() === before) return names
    before = isAsked ? names.join() : ''
    if (performance.now() > deadline)
      throw new Error(`${url} has no ${count} replicas: ${names.join(', ')} answered`)
    await delay(pollMs, undefined, { ...(signal && { signal }) }).catch(() => {
      throw signal?.reason
    })
  }
}
