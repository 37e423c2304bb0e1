import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { isRunning, readState } from '../processes/state.ts'
import { openLabBroker } from './lab-broker.ts'

/** The RabbitMQ of a lab, while a command uses it. */
export type KnownBroker = {
  /** With the password. */
  url: string
  close: () => Promise<void>
}

const running = (url: string): KnownBroker => ({ url, close: async () => {} })

/**
 * Opens the RabbitMQ of a lab: BROKER_URL, that of the lab that runs from `folder`, or the one of a
 * stopped lab, which is started for this command. To be called with the database of the lab open.
 * @returns `undefined` if the messages of the lab wait in its database
 * @throws StartError if the one of a stopped lab does not start
 */
export async function openKnownBroker(
  folder: string,
  { BROKER_URL, DATABASE_URL } = process.env,
): Promise<KnownBroker | undefined> {
  if (BROKER_URL) return running(BROKER_URL)
  const state = await readState(folder)
  if (state && !state.databaseOnly && (await isRunning(state)))
    return state.brokerUrl ? running(state.brokerUrl) : undefined
  const own = join(folder, 'rabbitmq')
  return DATABASE_URL || !existsSync(own) ? undefined : openLabBroker({ folder: own, port: 0 })
}
