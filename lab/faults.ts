import { servedByHeader } from '../model/routes.ts'
import { type FunctionName, services } from '../model/services.ts'
import type { Target } from './target.ts'

/** Faults as a service takes them; the service itself validates them. */
export type Faults = {
  latency?: string
  error_rate?: number
  refuse?: boolean
  after_ms?: number
  for_ms?: number
  seed?: number
}

/** The faults of one replica of a service. */
export type FaultsOfReplica = {
  /** `undefined` if it works as designed. */
  faults: Faults | undefined
  servedBy: string
}

/** The switch of a service: its own faults, or those of its way to the broker. */
export type Switch = '/faults' | '/faults/broker'

export const readFaults = (
  target: Target,
  name: FunctionName,
  path: Switch = '/faults',
): Promise<FaultsOfReplica> => ask(target, name, path, { method: 'GET' })

/** Sets the faults of a service, and returns them as the service understood them. */
export const setFaults = (
  target: Target,
  name: FunctionName,
  faults: Faults,
  path: Switch = '/faults',
): Promise<FaultsOfReplica> =>
  ask(target, name, path, { method: 'PUT', body: JSON.stringify(faults) })

export const clearFaults = (
  target: Target,
  name: FunctionName,
  path: Switch = '/faults',
): Promise<FaultsOfReplica> => ask(target, name, path, { method: 'DELETE' })

const timeoutMs = 5000

/** @throws Error if the service does not answer, its switch is off, or it refuses the faults */
async function ask(
  target: Target,
  name: FunctionName,
  path: Switch,
  request: RequestInit,
): Promise<FaultsOfReplica> {
  const url = target.urls[name]
  const headers = { 'content-type': 'application/json' }
  const signal = AbortSignal.timeout(timeoutMs)
  const response = await fetch(`${url}${path}`, { ...request, headers, signal }).catch(() => {
    throw new Error(`${services[name].name} does not answer at ${url}`)
  })
  const answer = (await response.json()) as { faults?: Faults | null; detail?: unknown }
  if (response.status === 404)
    throw new Error(
      `The switch of ${services[name].name} is off: start the lab with FAULT_SWITCH=on`,
    )
  if (!response.ok) throw new Error(`${services[name].name}: ${complaintIn(answer.detail)}`)
  const servedBy = response.headers.get(servedByHeader) ?? new URL(url).host
  return { faults: answer.faults ?? undefined, servedBy }
}

type Issue = { loc: string[]; msg: string }

/** The issues of a 422 in words; any other detail unchanged. */
function complaintIn(detail: unknown): string {
  if (!Array.isArray(detail)) return String(detail)
  return (detail as Issue[]).map(({ loc, msg }) => [...loc.slice(1), msg].join(' ')).join('; ')
}
