import { link, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { services } from '../../model/services.ts'
import type { OpenLab } from '../lab.ts'
import { stopPostmaster } from '../postgres/postgres.ts'
import { stopRabbitmq } from '../rabbitmq/rabbitmq.ts'
import { StartError, type StartOptions } from '../start.ts'
import type { RunningService } from './process.ts'
import { type Identity, identify, isAlive, signal } from './process-info.ts'

/** The processes of a lab, recorded beside its data: a later start ends those of a killed one. */
export type State = {
  starter: Identity
  services: ({ name: string } & Identity)[]
  databaseUrl?: string
  /** The data folder of an embedded PostgreSQL. */
  postgresFolder?: string
  /** Of a RabbitMQ; without it, messages wait in the database. */
  brokerUrl?: string
  /** The folder of the lab's own RabbitMQ. */
  rabbitmqFolder?: string
  /** Whether these folders are deleted with the lab. */
  ephemeral?: boolean
  /** Whether a command such as `npm run audit` uses the database without a running lab. */
  databaseOnly?: boolean
}

const fileOf = (folder: string) => join(folder, 'lab.json')
const graceMs = 3000
const pollMs = 50

/** The record of a folder; `undefined` if there is none that can be read. */
export async function readState(folder: string): Promise<State | undefined> {
  try {
    return JSON.parse(await readFile(fileOf(folder), 'utf8')) as State
  } catch {
    return undefined
  }
}

/** Replaces the record atomically. Only its owner can read it, because it contains a password. */
export const writeState = async (folder: string, state: State): Promise<void> =>
  rename(await draftOf(folder, state), fileOf(folder))

async function draftOf(folder: string, state: State): Promise<string> {
  const draft = `${fileOf(folder)}.${process.pid}`
  await rm(draft, { force: true })
  await writeFile(draft, JSON.stringify(state, undefined, 2), { mode: 0o600 })
  return draft
}

/**
 * Locks a folder for this process; ends processes that a killed lab left running there.
 * @returns the names of the ended processes
 * @throws StartError if another process uses the folder
 */
export async function lockFolder(folder: string, { databaseOnly = false } = {}): Promise<string[]> {
  const earlier = await readState(folder)
  if (earlier && (await isRunning(earlier))) throw inUse(folder, earlier)
  const ended = earlier ? await endLeftBehind(earlier) : []
  await removeState(folder)
  const mine = { starter: await identify(process.pid), services: [], databaseOnly }
  const draft = await draftOf(folder, mine)
  try {
    // Unlike a rename, a link fails if another process has locked the folder in between.
    await link(draft, fileOf(folder))
  } catch (error) {
    throw inUse(folder, (await readState(folder)) ?? mine, error)
  } finally {
    await rm(draft, { force: true })
  }
  return ended
}

function inUse(folder: string, { starter, databaseOnly }: State, cause?: unknown): StartError {
  const message = databaseOnly
    ? `Another command uses the database of ${folder} (process ${starter.pid}). Try again ` +
      'when it has ended.'
    : `A lab runs from ${folder} already (process ${starter.pid}). End it first, or start ` +
      'another beside it with --folder .lab2 --first-port 18001'
  return new StartError(message, { cause })
}

export const removeState = (folder: string): Promise<void> => rm(fileOf(folder), { force: true })

const identityOf = async ({ name, pid }: RunningService) => ({
  name: services[name].name,
  ...(await identify(pid)),
})

/** The record of a running lab. */
export const stateOf = async (
  { services: running, databaseUrl, postgresFolder, broker }: OpenLab,
  { ephemeral }: StartOptions,
): Promise<State> => ({
  ephemeral,
  starter: await identify(process.pid),
  services: await Promise.all(running.map(identityOf)),
  databaseUrl,
  ...(postgresFolder !== undefined && { postgresFolder }),
  ...(broker && { brokerUrl: broker.url }),
  ...(broker?.rabbitmqFolder && { rabbitmqFolder: broker.rabbitmqFolder }),
})

/** Whether the recorded starter still runs. */
export const isRunning = ({ starter }: State): Promise<boolean> => isAlive(starter)

/** Ends the services and the servers of a killed starter, and deletes their ephemeral data. */
async function endLeftBehind(state: State): Promise<string[]> {
  const { services, postgresFolder, rabbitmqFolder, ephemeral } = state
  const left: string[] = []
  for (const service of services)
    if (await endService(service)) left.push(`${service.name} (process ${service.pid})`)
  if (postgresFolder && (await stopPostmaster(postgresFolder))) left.push('its PostgreSQL')
  if (rabbitmqFolder && (await stopRabbitmq(rabbitmqFolder))) left.push('its RabbitMQ')
  for (const folder of [postgresFolder, rabbitmqFolder])
    if (folder && ephemeral) await rm(folder, { recursive: true, force: true })
  return left
}

/** Kills a service unless it ends in time on its own, as it should when its starter is gone. */
async function endService(service: Identity): Promise<boolean> {
  if (!(await isAlive(service))) return false
  const end = performance.now() + graceMs
  while (performance.now() < end && (await isAlive(service))) await delay(pollMs)
  if (await isAlive(service)) signal(service, 'SIGKILL')
  return true
}
