import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setAside } from './earlier-logs.ts'
import { identify } from './identity.ts'
import { takenPorts } from './ports.ts'
import { StartError } from './start-error.ts'
import { endLeftBehind, isRunning, readState, writeState } from './state.ts'

/**
 * Makes the folder the lab's own: ends what a killed lab left behind in it.
 * @throws StartError where a lab runs from it, or where it cannot be made
 */
export async function claimFolder(folder: string, say: (line: string) => void): Promise<void> {
  const logs = join(folder, 'logs')
  await mkdir(logs, { recursive: true }).catch((cause: Error) => {
    throw new StartError(`The folder ${folder} cannot be made: ${cause.message}`, { cause })
  })
  const state = await readState(folder)
  if (state && (await isRunning(state)))
    throw new StartError(
      `A lab runs from ${folder} already (process ${state.starter.pid}). End it first, or start another beside it: npm start -- --folder .lab2 --first-port 18001`,
    )
  const left = state ? await endLeftBehind(state) : []
  if (left.length > 0) say(`Ended what a killed lab had left behind: ${left.join(', ')}`)
  await setAside(logs)
  await mkdir(logs, { recursive: true })
  await writeState(folder, { starter: await identify(process.pid), services: [] })
}

/**
 * Makes sure that nobody listens where the services are to.
 * @throws StartError naming each port that is taken, or what is wrong with HOST
 */
export async function checkPorts(firstPort: number, host: string): Promise<void> {
  if (host.includes('%'))
    throw new StartError(
      `HOST "${host}" names an interface, which no URL can: take another address`,
    )
  const taken = await takenPorts(firstPort, host)
  if (taken.length === 0) return
  throw new StartError(
    `In use: port ${taken.join(', ')}. End what listens there, or take others: npm start -- --first-port 18001`,
  )
}
