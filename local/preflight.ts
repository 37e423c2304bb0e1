import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setAside } from './processes/earlier-logs.ts'
import { takenPorts } from './processes/ports.ts'
import { lockFolder } from './processes/state.ts'
import { StartError } from './start.ts'

/**
 * Locks the folder for this lab, and ends processes that a killed lab left running.
 * @throws StartError if another process uses it, or if it cannot be made
 */
export async function prepareFolder(folder: string, say: (line: string) => void): Promise<void> {
  const logs = join(folder, 'logs')
  await mkdir(logs, { recursive: true }).catch((cause: Error) => {
    throw new StartError(`The folder ${folder} cannot be created: ${cause.message}`, { cause })
  })
  const ended = await lockFolder(folder)
  if (ended.length > 0) say(`Ended processes of a killed lab: ${ended.join(', ')}`)
  await setAside(logs)
  await mkdir(logs, { recursive: true })
}

/**
 * Checks that the services can listen.
 * @throws StartError naming each port that is taken, or the problem with HOST
 */
export async function checkPorts(firstPort: number, host: string): Promise<void> {
  if (host.includes('%'))
    throw new StartError(
      `HOST "${host}" names an interface, which a URL cannot: use another address`,
    )
  const taken = await takenPorts(firstPort, host)
  if (taken.length === 0) return
  throw new StartError(
    `In use: port ${taken.join(', ')}. End the programs that listen there, ` +
      'or use other ports: npm start -- --first-port 18001',
  )
}
