import { readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { commandOf } from './command-of.ts'
import { stopPostgres } from './postgres.ts'

/** What runs for a lab, on record beside its data, so that a later start knows what a killed one left behind. */
export type State = {
  starter: number
  services: { name: string; pid: number }[]
  databaseUrl?: string
  /** The folder of the embedded PostgreSQL, where there is one. */
  postgresFolder?: string
  /** Whether that folder goes with the lab. */
  ephemeral?: boolean
}

const fileOf = (folder: string) => join(folder, 'lab.json')
// As command lines end in it: npm gives the path from the project's root, the starter the whole one.
const starterEntry = join('runtime', 'local', 'main.ts')
const serviceEntry = join('runtime', 'main.ts')
const goodbyeMs = 3000
const pollMs = 50

/** The lab on record in a folder; `undefined` where there is none. */
export async function readState(folder: string): Promise<State | undefined> {
  const text = await readFile(fileOf(folder), 'utf8').catch(() => undefined)
  if (text === undefined) return undefined
  try {
    return JSON.parse(text) as State
  } catch {
    return undefined
  }
}

/** Puts a lab on record, whole or not at all. */
export async function writeState(folder: string, state: State): Promise<void> {
  const draft = `${fileOf(folder)}.draft`
  await writeFile(draft, JSON.stringify(state, undefined, 2))
  await rename(draft, fileOf(folder))
}

export const removeState = (folder: string): Promise<void> => rm(fileOf(folder), { force: true })

const isOurs = async (pid: number, entry: string) =>
  (await commandOf(pid))?.includes(entry) ?? false

/** Whether the starter on record still runs. */
export const isRunning = ({ starter }: State): Promise<boolean> => isOurs(starter, starterEntry)

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
  for (const { name, pid } of services)
    if (await endService(pid)) left.push(`${name} (process ${pid})`)
  if (postgresFolder && (await stopPostgres(postgresFolder))) left.push('its PostgreSQL')
  if (postgresFolder && ephemeral) await rm(postgresFolder, { recursive: true, force: true })
  return left
}

/** Gives a service the time to end by itself, as it does when its starter is gone; then ends it. */
async function endService(pid: number): Promise<boolean> {
  if (!(await isOurs(pid, serviceEntry))) return false
  const end = performance.now() + goodbyeMs
  while (performance.now() < end && (await isOurs(pid, serviceEntry))) await delay(pollMs)
  if (await isOurs(pid, serviceEntry)) process.kill(pid, 'SIGKILL')
  return true
}
