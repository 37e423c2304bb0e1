import { createServer, type Server } from 'node:net'
import { functionNames, portOf, services } from '../../model/services.ts'
import { explainListenError } from '../../runtime/http/listen.ts'
import { StartError } from '../start.ts'

const listenOn = (port: number, hostname: string) =>
  new Promise<Server>((resolve, reject) => {
    const server = createServer().once('error', reject)
    server.listen(port, hostname, () => resolve(server))
  })

/** Why a port cannot be listened on; `undefined` if it can. */
const whyNot = (port: number, host: string): Promise<NodeJS.ErrnoException | undefined> =>
  listenOn(port, host).then(
    async (server) => void (await server[Symbol.asyncDispose]()),
    (error: NodeJS.ErrnoException) => error,
  )

/** Why no port of an address can be listened on; `undefined` if one can. */
export async function whyNotHost(host: string): Promise<string | undefined> {
  const error = await whyNot(0, host.replace(/^\[|\]$/g, ''))
  return error && explainListenError(error, { host, port: 0 })
}

/** Whether a port can be listened on. */
export const isFree = async (port: number, host = '127.0.0.1'): Promise<boolean> =>
  (await whyNot(port, host)) === undefined

// Connections to elsewhere take theirs from 32768 on (Linux) or above, so that none can take a port
// of these before a server listens.
const anyPort = () => 10_000 + Math.floor(Math.random() * 20_000)

const mostTries = 100

/**
 * The wanted port, or any free one if it is taken.
 * @throws the error of the system if no port can be listened on
 */
export async function freePort(wanted?: number): Promise<number> {
  for (const port of [wanted, ...Array.from({ length: mostTries }, anyPort)])
    if (port && (await isFree(port))) return port
  await using server = await listenOn(0, '127.0.0.1')
  return (server.address() as { port: number }).port
}

/**
 * The ports that are taken, each with its service.
 * @throws StartError if a port cannot be listened on for another reason
 */
export async function takenPorts(firstPort: number, host: string): Promise<string[]> {
  const taken: string[] = []
  for (const name of functionNames) {
    const port = portOf(name, firstPort)
    const error = await whyNot(port, host)
    if (error?.code === 'EADDRINUSE') taken.push(`${port} (${services[name].name})`)
    else if (error)
      throw new StartError(`${services[name].name}: ${explainListenError(error, { host, port })}`)
  }
  return taken
}

/** The first of free ports for all services in a row. */
export async function freePorts(host = '127.0.0.1'): Promise<number> {
  for (let first = anyPort(); ; first = anyPort())
    if ((await takenPorts(first, host)).length === 0) return first
}
