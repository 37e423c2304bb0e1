import { readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { services } from '../model/services.ts'
import { type Identity, identify, isAlive } from './identity.ts'
import type { OpenLab } from './open-lab.ts'
import { stopPostmaster } from './postmaster.ts'
import type { RunningService } from './process.ts'
import type { StartOptions } from './start-options.ts'

/** What runs for a lab, on record beside its data, so that a later start knows what a killed one left behind. */
export type State = {
  starter: Identity
  services: ({ name: string } & Identity)[]
  databaseUrl?: string
  /** The folder of the embedded PostgreSQL, where there is one. */
  postgresFolder?: string
  /** Whether that folder goes with the lab. */
  ephemeral?: boolean
}

const fileOf = (folder: string) => join(folder, 'lab.json')
const goodbyeMs = 3000
const pollMs = 50

/** The lab on record in a folder; `undefined` if there is none that can be read. */
export async function readState(folder: string): Promise<State | undefined> {
  const text = await readFile(fileOf(folder), 'utf8').catch(() => undefined)
  if (text === undefined) return undefined
  try {
    const state = JSON.parse(text) as State
    // Earlier versions took down ids alone, which may be those of other processes by now.
    return typeof state.starter === 'object' ? state : undefined
  } catch {
    return undefined
  }
}

/** Puts a lab on record, whole or not at all, for its owner alone: it holds a password. */
export async function writeState(folder: string, state: State): Promise<void> {
  const draft = `${fileOf(folder)}.draft`
  await rm(draft, { force: true })
  await writeFile(draft, JSON.stringify(state, undefined, 2), { mode: 0o600 })
  await rename(draft, fileOf(folder))
}

export const removeState = (folder: string): Promise<void> => rm(fileOf(folder), { force: true })

const recordOf = async ({ name, pid }: RunningService) => ({
  name: services[name].name,
  ...(await identify(pid)),
})

/** What runs for a lab that is up. */
export const stateOf = async (
  { services: running, databaseUrl, postgresFolder }: OpenLab,
  { ephemeral }: StartOptions,
): Promise<State> => ({
  starter: await identify(process.pid),
  services: await Promise.all(running.map(recordOf)),
  databaseUrl,
  ...(postgresFolder !== undefined && { postgresFolder, ephemeral }),
})

/** Whether the starter on record still runs. */
export const isRunning = ({ starter }: State): Promise<boolean> => isAlive(starter)

/**
 * Ends what a killed starter left behind: services that did not end by themselves, its PostgreSQL, its thrown-away data.
 * @returns what was ended, in words
 */
export async function endLeftBehind({
  services,
  postgresFolder,
  ephemeral,
}: State): Promise<string[]> {
  const left: string[] = []
  for (const service of services)
    if (await endService(service)) left.push(`${service.name} (process ${service.pid})`)
  if (postgresFolder && (await stopPostmaster(postgresFolder))) left.push('its PostgreSQL')
  if (postgresFolder && ephemeral) await rm(postgresFolder, { recursive: true, force: true })
  return left
}

/** Gives a service the time to end by itself, as it does when its starter is gone; then ends it. */
async function endService(service: Identity): Promise<boolean> {
  if (!(await isAlive(service))) return false
  const end = performance.now() + goodbyeMs
  while (performance.now() < end && (await isAlive(service))) await delay(pollMs)
  if (await isAlive(service)) process.kill(service.pid, 'SIGKILL')
  return true
}
