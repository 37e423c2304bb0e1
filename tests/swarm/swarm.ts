import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect } from 'vitest'
import type { Sample } from '../../formats/metrics-text.ts'
import { containerPort, type FunctionName, functionNames, services } from '../../model/services.ts'
import { docker, style } from '../containers/compose.ts'
import { urlOf } from '../containers/load.ts'
import { metricsAt } from '../service-metrics.ts'

/** The name of the stack, which .ci/swarm deploys. */
export const stack = process.env.STACK ?? 'lockstep-ci'

/** How many replicas each function has: REPLICAS and its default, as for the stack. */
export const replicas = Number(process.env.REPLICAS ?? 3)

export const scale = `docker service scale --detach ${stack}_{service}={replicas}`

export const serviceNames = functionNames.map((name) => services[name].name)

const lines = (text: string) => text.split('\n').filter((line) => line !== '')

/** The containers of a service of the stack that pass their health check. */
export const healthy = async (service: string): Promise<string[]> =>
  lines(
    await docker(
      'ps',
      '--quiet',
      '--no-trunc',
      ...['--filter', `label=com.docker.swarm.service.name=${stack}_${service}`],
      ...['--filter', 'health=healthy'],
    ),
  )

const patience = { timeout: 120_000, interval: 500 }

/** Waits until the entrance lets requests in, and every service has its replicas and a database. */
export async function untilReady(): Promise<void> {
  const isReady = (name: FunctionName) => fetch(`${urlOf(name)}/ready`).then(({ ok }) => ok)
  const areReady = async () => (await Promise.all(functionNames.map(isReady))).every(Boolean)
  await expect.poll(() => areReady().catch(() => false), patience).toBe(true)
  const names = [...serviceNames, 'postgres']
  const counts = () => Promise.all(names.map(async (name) => (await healthy(name)).length))
  await expect.poll(counts, patience).toEqual([...serviceNames.map(() => replicas), 1])
}

type Network = { Containers: Record<string, { IPv4Address: string }> }

/** The address at which this machine reaches a container, whatever it publishes. */
export async function addressOf(container: string): Promise<string> {
  const [bridge] = JSON.parse(await docker('network', 'inspect', 'docker_gwbridge')) as [Network]
  const { IPv4Address = '' } = bridge.Containers[container] ?? {}
  if (!IPv4Address) throw new Error(`Container ${container} has no address on docker_gwbridge`)
  return IPv4Address.split('/')[0] ?? ''
}

/** The metrics of each replica of a function, always in the same order. */
export async function metricsOfReplicas(name: FunctionName): Promise<Sample[][]> {
  const containers = (await healthy(services[name].name)).toSorted()
  return Promise.all(
    containers.map(async (container) =>
      metricsAt(`http://${await addressOf(container)}:${containerPort}`),
    ),
  )
}

/** The shares of replicas in percent, from what each had counted before and after. */
export function sharesOf(before: readonly number[], after: readonly number[]) {
  const counts = after.map((count, at) => count - (before[at] ?? 0))
  const total = counts.reduce((sum, count) => sum + count, 0)
  return { total, shares: counts.map((count) => Math.round((100 * count) / total)) }
}

/** An equal part of the work, as far as chance allows. */
export const isFair = (share: number): boolean => Math.abs(share - 100 / replicas) <= 13.5

/** The address of the stack's PostgreSQL, which it does not publish. */
export async function databaseUrl(): Promise<string> {
  const [database = ''] = await healthy('postgres')
  return `postgresql://dbuser:dbpass@${await addressOf(database)}:5432/microservices_db`
}

/** @throws Error if the ledger does not balance */
export async function audit(): Promise<void> {
  const env = { ...process.env, DATABASE_URL: await databaseUrl() }
  const args = ['cli/audit.ts', ...(style === 'async' ? ['--async'] : [])]
  const { stdout } = await promisify(execFile)(process.execPath, args, { env })
  console.log(stdout.trim())
}
